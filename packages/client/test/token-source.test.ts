import t from "tap";
import { createTokenSource } from "../src/token-source.ts";
import type { WantedToken } from "../src/wanted-token.ts";
import { fakeClock } from "./fakes.ts";

function setUp() {
  const asked: string[] = [];
  const { clock } = fakeClock();
  const request = async ({ target, onBehalfOf }: WantedToken) => {
    asked.push([target, onBehalfOf].join(" ").trim());
    return { value: `for-${target}${onBehalfOf ?? ""}`, scheme: "Bearer" as const, expiresAt: clock() + 1_000 };
  };
  return { asked, source: createTokenSource({ targets: ["m1", "m2"], request, clock, random: () => 0.5 }) };
}

t.test("each target has its own token", async (t) => {
  const { asked, source } = setUp();
  t.equal((await source.getToken({ target: "m1" })).value, "for-m1");
  t.equal((await source.getToken({ target: "m2" })).value, "for-m2");
  t.equal((await source.getToken({ target: "m1" })).value, "for-m1");
  t.same(asked, ["m1", "m2"]);
});

t.test("a name that is not configured is unknown_target, and nothing is asked", async (t) => {
  const { asked, source } = setUp();
  for (const name of ["m9", "constructor"])
    t.throws(() => source.getToken({ target: name }), { code: "unknown_target" });
  t.same(asked, []);
});

t.test("what is no service name is invalid_target, and nothing is asked", async (t) => {
  const { asked, source } = setUp();
  for (const name of ["", "M1", "__proto__", "m1\n", "auth-server", 7 as unknown as string])
    t.throws(() => source.getToken({ target: name }), { code: "invalid_target" });
  t.same(asked, []);
});

t.test("dropping concerns one target only, and an unknown one not at all", async (t) => {
  const { asked, source } = setUp();
  await source.getToken({ target: "m1" });
  await source.getToken({ target: "m2" });
  source.dropToken({ target: "m1" }, "for-m1");
  source.dropToken({ target: "m9" }, "for-m1");
  await source.getToken({ target: "m2" });
  await source.getToken({ target: "m1" });
  t.same(asked, ["m1", "m2", "m1"]);
});

t.test(
  "a token on behalf of another is one of its own, for each target and each token that it is got with",
  async (t) => {
    const { asked, source } = setUp();
    const get = async (target: string, onBehalfOf?: string) => (await source.getToken({ target, onBehalfOf })).value;
    t.strictSame([await get("m1"), await get("m1", "-a"), await get("m1", "-b")], ["for-m1", "for-m1-a", "for-m1-b"]);
    t.strictSame([await get("m2", "-a"), await get("m1", "-a"), await get("m1")], ["for-m2-a", "for-m1-a", "for-m1"]);
    t.strictSame(asked, ["m1", "m1 -a", "m1 -b", "m2 -a"]);
    source.dropToken({ target: "m1", onBehalfOf: "-a" }, "for-m1-a");
    await Promise.all([get("m1", "-a"), get("m1", "-b"), get("m1"), get("m1", "-a")]);
    t.strictSame(asked.slice(4), ["m1 -a"]);
    await t.rejects(get("m9", "-a"), { code: "unknown_target" });
  },
);
