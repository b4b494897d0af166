import t from "tap";
import { createKeys } from "../src/index.ts";
import { acceptedCases } from "./cases/accepted.ts";
import { rotatingKey, staticKey } from "./cases/case.ts";
import { refusedCases } from "./cases/refused.ts";
import { type Door, doors, optionsFor } from "./doors.ts";

const keys = createKeys({ load: async () => ({ keys: [rotatingKey.jwk, staticKey.jwk] }) });
t.teardown(keys.close);

for (const [name, openDoor] of Object.entries(doors)) {
  t.test(`the ${name} door`, async (t) => {
    const opened = new Map<string, Promise<Door>>();
    t.teardown(async () => {
      for (const door of opened.values()) await (await door).close();
    });
    const doorFor = (more: object = {}): Promise<Door> => {
      const which = JSON.stringify(more);
      const door = opened.get(which) ?? openDoor(optionsFor(keys, more));
      opened.set(which, door);
      return door;
    };

    t.test("accepts, the first time and again", async (t) => {
      for (const { requirement, token, name, options } of acceptedCases) {
        const door = await doorFor(options);
        t.same([await door.show(token), await door.show(token)], Array(2).fill({ status: 200, name }), requirement);
      }
    });

    t.test("refuses, the first time and again", async (t) => {
      for (const { requirement, token, options, ...refused } of refusedCases) {
        const door = await doorFor(options);
        const reason = (name === "Fastify" ? refused.atFastify : undefined) ?? refused.reason;
        const expected =
          reason === "malformed_header"
            ? { status: 400, error: "invalid_request", reason }
            : { status: 401, error: "invalid_token", reason };
        t.same([await door.show(token), await door.show(token)], [expected, expected], requirement);
      }
    });

    t.test("still accepts good tokens after all that", async (t) => {
      for (const { requirement, token, options } of acceptedCases) {
        t.equal((await (await doorFor(options)).show(token)).status, 200, requirement);
      }
    });
  });
}
