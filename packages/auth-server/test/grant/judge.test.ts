import { parseMap } from "@meshpass/policy";
import type { Generation } from "@meshpass/protocol";
import { type Caller, VerifierError } from "@meshpass/verifier";
import t from "tap";
import type { BearerDependencies } from "../../src/credentials/authenticate-bearer.ts";
import { type AccessTokenRequest, createAccessTokenDoor } from "../../src/grant/access-token-door.ts";
import {
  type Allowed,
  type JudgeDependencies,
  judgeAgain,
  judge as judgeAt,
  judgeCaller,
} from "../../src/grant/judge.ts";
import type { Snapshot } from "../../src/map/map-in-force.ts";
import { mapOf, shippedMap } from "../start-server.ts";

const now = 1_800_000_000;

function snapshotOf(number: number, text: string): Snapshot {
  const parsed = parseMap(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return { map: parsed.map, number };
}

const caller = { name: "m1", jti: "jti-1", legacy: false } as Caller;

/** A judge before whom m1 has shown a good credential. */
function createBench() {
  const bench = {
    snapshot: snapshotOf(1, shippedMap) as Snapshot | undefined,
    refusal: undefined as "revoked" | undefined,
    /** The number of the last cut, and whether it ends what was decided before. */
    head: 4,
    cuts: false,
    /** Whether all calls are, or those of this caller. */
    blocked: false as boolean | string,
    /** Of the keys that are published. */
    kids: new Set(["d-1"]),
  };
  const refusalOf = () => bench.refusal;
  const dependencies = {
    verifier: { verify: () => caller },
    registry: { refusalOf, admit: refusalOf },
    currentMap: () => bench.snapshot,
    cutLog: {
      generationFor: () => ({ epoch: 7, number: bench.head }),
      isCut: (_: object, { number }: Generation) => bench.cuts && number < bench.head,
    },
    keys: { has: (kid: string) => bench.kids.has(kid) },
    isBlocked: (caller: string) => bench.blocked === true || bench.blocked === caller,
    clock: () => now * 1_000,
    defaultLifetimeSeconds: 300,
  } as unknown as JudgeDependencies & BearerDependencies;
  return { bench, dependencies };
}

type Bench = ReturnType<typeof createBench>["bench"];
type Dependencies = JudgeDependencies & BearerDependencies;

const judge = (dependencies: Dependencies, asked: AccessTokenRequest) =>
  judgeAt(dependencies, createAccessTokenDoor(dependencies), asked);

const request = { address: "127.0.0.1", rawHeaders: ["Authorization", "Bearer x.y.z"], body: { target: "m2" } };

async function judgeAllowed(dependencies: Dependencies): Promise<Allowed> {
  const judged = await judge(dependencies, request);
  if (!judged.allowed) throw new Error(judged.reason);
  return judged;
}

t.test("what is allowed carries the caller, the target, the snapshot, its line and the times", async (t) => {
  const { bench, dependencies } = createBench();
  t.match(await judge(dependencies, request), {
    allowed: true,
    caller: { name: "m1" },
    target: "m2",
    snapshot: bench.snapshot,
    generation: { epoch: 7, number: 4 },
    line: 3,
    times: { iat: now, exp: now + 300 },
    scopes: [],
  });
});

t.test("without a map nothing is decided, and that is the server's fault", async (t) => {
  const { bench, dependencies } = createBench();
  bench.snapshot = undefined;
  t.match(await judge(dependencies, request), { allowed: false, code: "not_ready", reason: "no_map" });
});

t.test("a refused credential is refused before the body is read", async (t) => {
  const { bench, dependencies } = createBench();
  bench.refusal = "revoked";
  const refused = await judge(dependencies, { ...request, body: "nonsense" });
  t.match(refused, { allowed: false, code: "invalid_credential", reason: "revoked", caller: { name: "m1" } });
});

t.test(
  "keys that cannot be had are the server's fault, a bad token the caller's; anything else is a bug",
  async (t) => {
    const { dependencies } = createBench();
    const failing = (error: unknown) => ({ ...dependencies, verifier: { verify: () => Promise.reject(error) } });
    const judgeWith = (error: unknown) => judge(failing(error), request);
    t.match(await judgeWith(new VerifierError("keys_missing")), { code: "keys_unavailable", reason: "keys_missing" });
    t.match(await judgeWith(new VerifierError("expired")), { code: "invalid_credential", reason: "expired" });
    await t.rejects(judgeWith(new RangeError("a bug")), RangeError);
  },
);

t.test("the scheme must be Bearer, the header whole and alone", async (t) => {
  const { dependencies } = createBench();
  for (const [code, ...rawHeaders] of [
    ["missing_token"],
    ["missing_token", "Authorization", "Basic eA=="],
    ["invalid_request", "Authorization", "Bearer"],
    ["invalid_request", "Authorization", "Bearer a b"],
    ["invalid_request", "Authorization", "Bearer a", "authorization", "Bearer b"],
  ] as const) {
    t.match(await judge(dependencies, { ...request, rawHeaders }), { allowed: false, code }, rawHeaders.join(" "));
  }
});

t.test("what still holds when the core is done is not withdrawn", async (t) => {
  const { bench, dependencies } = createBench();
  const judged = await judgeAllowed(dependencies);
  t.equal(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), undefined);
  bench.snapshot = snapshotOf(2, mapOf("  m1: [m2]"));
  t.equal(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), undefined, "another map that says the same");
});

t.test("an edge taken out, narrowed or denied meanwhile is withdrawn, and why", async (t) => {
  for (const [name, reason, text] of [
    ["taken out", "not_in_map", mapOf("  m1: [m1]", "  m2: []")],
    ["made shorter", "narrowed", mapOf("  m1:", "    - { target: m2, lifetime: 2m, scopes: [read, write] }")],
    ["given fewer scopes", "narrowed", mapOf("  m1:", "    - { target: m2, scopes: [read] }")],
    ["denied", "denied", `version: 1\ninteractions:\n  m1: [m2]\ndeny:\n  m1: [m2]\n...\n`],
  ] as const) {
    const { bench, dependencies } = createBench();
    bench.snapshot = snapshotOf(1, mapOf("  m1:", "    - { target: m2, scopes: [read, write] }"));
    const judged = await judgeAllowed(dependencies);
    bench.snapshot = snapshotOf(2, text);
    t.strictSame(
      judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }),
      { code: "unauthorized_target", reason },
      name,
    );
  }
});

t.test("a credential revoked meanwhile is withdrawn as a credential", async (t) => {
  const { bench, dependencies } = createBench();
  const judged = await judgeAllowed(dependencies);
  bench.refusal = "revoked";
  t.strictSame(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), {
    code: "invalid_credential",
    reason: "revoked",
  });
});

t.test(
  "an edge that an operator has blocked is refused as long as the block stands, whatever the map says",
  async (t) => {
    const { bench, dependencies } = createBench();
    const judged = await judgeAllowed(dependencies);
    bench.blocked = true;
    t.match(await judge(dependencies, request), { code: "unauthorized_target", reason: "blocked", line: 3 });
    bench.cuts = true;
    bench.head += 1;
    t.strictSame(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), {
      code: "unauthorized_target",
      reason: "blocked",
    });
    bench.blocked = false;
    t.equal((await judge(dependencies, request)).allowed, true);
  },
);

t.test("what was cut meanwhile is withdrawn: for good if the map says no now, else to be decided anew", async (t) => {
  const { bench, dependencies } = createBench();
  const judged = await judgeAllowed(dependencies);
  bench.head += 1;
  t.equal(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), undefined, "a cut of something else");
  bench.cuts = true;
  t.strictSame(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), { code: "cut_meanwhile", reason: "cut" });
  bench.snapshot = snapshotOf(2, mapOf("  m1: [m1]", "  m2: []"));
  t.strictSame(judgeAgain(dependencies, judged, { ...judged, jti: "jti-2" }), {
    code: "unauthorized_target",
    reason: "not_in_map",
  });
});

/** With which m0 has called m1. */
const subject = {
  callers: ["m0"],
  tokens: [{ jti: "jti-0", kid: "d-1" }],
  scopes: [],
  expiresAt: now + 60,
  isBound: false,
  generation: { epoch: 7, number: 4 },
};

t.test("the subject token of a delegated one is judged again too: its end, a cut of it, and its key", async (t) => {
  for (const [name, change] of [
    ["nothing", () => undefined],
    ["a cut", (bench: Bench) => Object.assign(bench, { cuts: true, head: 5 })],
    ["its key withdrawn", ({ kids }: Bench) => kids.delete("d-1")],
  ] as const) {
    const { bench, dependencies } = createBench();
    bench.snapshot = snapshotOf(1, mapOf("  m0: [m1]", "  m1: [m2]"));
    const judged = await judgeAllowed(dependencies);
    const again = judgeCaller(dependencies, createAccessTokenDoor(dependencies), request, {
      ...judged.caller,
      subject,
    });
    if (!again.allowed) throw new Error(again.reason);
    t.strictSame(again.times, { iat: now, exp: now + 60 });
    change(bench);
    const withdrawn = judgeAgain(dependencies, again, { ...again, jti: "jti-2" });
    if (name === "nothing") t.equal(withdrawn, undefined);
    else
      t.match(
        withdrawn,
        { code: "invalid_request", reason: "subject_token_refused", description: /subject_token/ },
        name,
      );
  }
});

t.test("a call on the way to a delegated token that is blocked stops it, whoever asks", async (t) => {
  const { bench, dependencies } = createBench();
  bench.snapshot = snapshotOf(1, mapOf("  m0: [m1]", "  m1: [m2]"));
  const { caller: asking } = await judgeAllowed(dependencies);
  for (const blocked of ["m0", "m1", "m2"]) {
    bench.blocked = blocked;
    const judged = judgeCaller(dependencies, createAccessTokenDoor(dependencies), request, { ...asking, subject });
    t.match(judged, blocked === "m2" ? { allowed: true } : { allowed: false, reason: "blocked" }, blocked);
  }
});
