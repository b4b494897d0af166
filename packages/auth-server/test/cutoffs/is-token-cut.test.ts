import type { CutSubject } from "@meshpass/verifier";
import t from "tap";
import { isTokenCut } from "../../src/cutoffs/is-token-cut.ts";

const generation = { epoch: 7, number: 1 };
const token = {
  callers: ["m1", "m2", "m3"],
  target: "m4",
  jti: "t3",
  parents: [{ jti: "t1", kid: "d-1" }, { jti: "t2" }],
};

const isCut = (published: readonly string[], asked: object = token, onAsk = (_: CutSubject) => false) =>
  isTokenCut(
    { cutLog: { isCut: onAsk }, keys: { has: (kid) => published.includes(kid) } },
    { ...token, ...asked },
    generation,
  );

t.test("the log of cuts is asked for the whole way and for every token on it", async (t) => {
  const asked: CutSubject[] = [];
  const answers = [true, false];
  const onAsk = (subject: CutSubject) => {
    asked.push(subject);
    return answers.shift() === true;
  };
  t.equal(isCut(["d-1"], token, onAsk), true);
  t.equal(isCut(["d-1"], token, onAsk), false);
  t.strictSame(asked[0], { caller: "m3", before: ["m1", "m2"], target: "m4", jti: "t3", parents: token.parents });
});

t.test("a token is cut with the key of one that it came from, and with its own where that is looked at", async (t) => {
  t.equal(isCut([]), true, "the key of t1 was withdrawn");
  t.equal(isCut(["d-1"]), false, "t2 is opaque and has none");
  t.equal(isCut(["d-1"], { kid: "d-2" }), true);
  t.equal(isCut(["d-1", "d-2"], { kid: "d-2" }), false);
});
