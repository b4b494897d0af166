import t from "tap";
import { createTokenSource } from "../src/token-source.ts";
import { fakeClock } from "./fakes.ts";

function setUp() {
  const asked: string[] = [];
  const { clock } = fakeClock();
  const request = async (target: string) => {
    asked.push(target);
    return { value: `for-${target}`, scheme: "Bearer" as const, expiresAt: clock() + 1_000 };
  };
  return { asked, source: createTokenSource({ targets: ["m1", "m2"], request, clock, random: () => 0.5 }) };
}

t.test("each target has its own token", async (t) => {
  const { asked, source } = setUp();
  t.equal((await source.getToken("m1")).value, "for-m1");
  t.equal((await source.getToken("m2")).value, "for-m2");
  t.equal((await source.getToken("m1")).value, "for-m1");
  t.same(asked, ["m1", "m2"]);
});

t.test("a name that is not configured is unknown_target, and nothing is asked", async (t) => {
  const { asked, source } = setUp();
  for (const name of ["m9", "constructor"]) await t.rejects(source.getToken(name), { code: "unknown_target" });
  t.same(asked, []);
});

t.test("what is no service name is invalid_target, and nothing is asked", async (t) => {
  const { asked, source } = setUp();
  for (const name of ["", "M1", "__proto__", "m1\n", "auth-server", 7 as unknown as string])
    await t.rejects(source.getToken(name), { code: "invalid_target" });
  t.same(asked, []);
});

t.test("dropping concerns one target only, and an unknown one not at all", async (t) => {
  const { asked, source } = setUp();
  await source.getToken("m1");
  await source.getToken("m2");
  source.dropToken("m1", "for-m1");
  source.dropToken("m9", "for-m1");
  await source.getToken("m2");
  await source.getToken("m1");
  t.same(asked, ["m1", "m2", "m1"]);
});
