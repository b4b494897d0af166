import type { RecordedToken } from "@meshpass/protocol";
import t from "tap";
import { foreseeCut } from "../../src/cutoffs/foresee-cut.ts";

const edge = { caller: "m1", target: "m3" };
const counted = { ...edge, count: 2, lastAt: 7, endsAt: 1_100 };

/** What `token`, found in the record of decisions, is foreseen to end at 1,000 s since 1970. */
async function foresee(token: RecordedToken | undefined) {
  const options = {
    cutOperations: { credentialsOf: () => 1 },
    liveTokens: { list: (isMeant: (each: typeof edge) => boolean) => (isMeant(edge) ? [counted] : []), since: 1 },
    findUnknownNames: () => [],
    searchDecisions: async () => ({ token, looked: "everywhere" as const }),
    clock: () => 1_000_000,
  };
  return { ofToken: await foreseeCut(options, { jti: "j" }), ofEdge: await foreseeCut(options, edge) };
}

t.test("a single token that is alive would end, as one of its edge, and no other of that edge", async (t) => {
  const token = { ...edge, at: 990_000, expiresAt: 1_001 };
  const { ofToken, ofEdge } = await foresee(token);
  t.match(ofToken, { recorded: { token }, credentials: 0 });
  t.same(ofToken.wouldEnd, [{ ...edge, count: 1, lastAt: 990_000, endsAt: 1_001 }]);
  t.same(ofEdge.wouldEnd, [counted]);
  t.equal(ofEdge.recorded, undefined);
});

t.test("nothing would end by the cut of a token that is over, was never handed out, or is unknown", async (t) => {
  for (const token of [
    { ...edge, at: 1, expiresAt: 1_000 },
    { ...edge, at: 1, expiresAt: 1_001, outcome: "mint_failed" } as const,
    undefined,
  ])
    t.same((await foresee(token)).ofToken.wouldEnd, []);
});
