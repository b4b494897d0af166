import { parseMap } from "@meshpass/policy";
import t from "tap";
import { type OpenTokenDependencies, openAccessToken } from "../../src/oauth/open-access-token.ts";
import { shippedMap } from "../start-server.ts";

const parsed = parseMap(shippedMap);
if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
const snapshot = { map: parsed.map, number: 1 };

/** What becomes of an opaque token that stands for these claims. */
const open = (claims: object) =>
  openAccessToken(
    {
      opaqueTokens: { find: () => claims },
      keys: { has: () => true },
      cutLog: { isCut: () => false },
    } as unknown as OpenTokenDependencies,
    snapshot,
    "0".repeat(64),
    "m3",
  );

const claims = { sub: "m1", aud: "m3", jti: "j", gen: "1.0", token_use: "delegated", act: { sub: "m2" } };

t.test("a delegated token whose way cannot be read is none, and not one of its first caller", async (t) => {
  t.match(await open({ ...claims, parents: [{ jti: "p" }] }), { callers: ["m1", "m2"], parents: [{ jti: "p" }] });
  for (const parents of [undefined, [], [{}], [{ jti: "p" }, { jti: "q" }]])
    t.equal(await open({ ...claims, parents }), undefined, JSON.stringify(parents));
  t.match(await open({ ...claims, token_use: "access" }), { callers: ["m1"], parents: [] });
});
