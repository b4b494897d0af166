import { cpSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { createActions } from "@meshpass/actions";
import t from "tap";
import { eventOfClient } from "./event-of.ts";
import { folderOf } from "./folder-of.ts";
import "./without-tap.ts";

const shipped = resolve(import.meta.dirname, "../../../config/actions");
const quiet = { onWarning: () => undefined, onLog: () => undefined };

t.test("as shipped no action is in force", async (t) => {
  const actions = await createActions({ folder: shipped, ...quiet });
  t.teardown(() => actions.close());
  t.ok(actions.isEmpty());
});

t.test("the shipped examples do what they say once they are copied up", async (t) => {
  const folder = folderOf(t, {});
  for (const file of readdirSync(join(shipped, "examples"))) {
    cpSync(join(shipped, "examples", file), join(folder, file));
  }
  const actions = await createActions({ folder, ...quiet });
  t.teardown(() => actions.close());
  t.strictSame(actions.status().actions, ["add-customer-id.ts", "ban-client.ts"]);
  const run = (metadata: Record<string, string>) => actions.run(eventOfClient("m1", metadata));
  const revoked = {
    denied: {
      code: "invalid_request",
      reason: "Access to this application has been temporarily revoked",
      action: "ban-client.ts",
    },
  };
  t.same(await run({ banned: "true", customer_id: "c" }), revoked);
  t.same(await run({ banned: "false", customer_id: "customer-a" }), {
    claims: { customerId: "customer-a" },
    warnings: [],
  });
  t.same(await run({}), { claims: {}, warnings: [] });
});
