import t from "tap";
import { createDelegatedTokens } from "../src/delegated-tokens.ts";
import { fakeClock } from "./fakes.ts";

function setUp() {
  const asked: string[] = [];
  const { clock, advance } = fakeClock();
  const request = async ({ onBehalfOf = "" }) => {
    asked.push(onBehalfOf);
    return { value: `for-${onBehalfOf}`, scheme: "Bearer" as const, expiresAt: clock() + 1_000 };
  };
  const tokens = createDelegatedTokens({ request, clock, random: () => 0.5, size: 2 });
  return { asked, advance, get: (subjectToken: string) => tokens.of("m2", subjectToken).get(false) };
}

t.test("so many are held and no more: the one that was used longest ago goes first", async (t) => {
  const { asked, get } = setUp();
  for (const subject of ["a", "b", "a", "c", "a", "b"]) await get(subject);
  t.strictSame(asked, ["a", "b", "c", "b"]);
});

t.test("none is asked for ahead of its end, and it is asked for anew after that", async (t) => {
  const { asked, advance, get } = setUp();
  await get("a");
  advance(999);
  await get("a");
  t.strictSame(asked, ["a"]);
  advance(1);
  await get("a");
  t.strictSame(asked, ["a", "a"]);
});
