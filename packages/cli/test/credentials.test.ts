import { createProgram, type Report } from "@meshpass/cli";
import t from "tap";
import { OperatorError } from "../src/operator-client.ts";
import { outside } from "./outside.ts";
import { listOf, receiverOf } from "./receivers.ts";
import { noAnswer, runMeshpass } from "./run-meshpass.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

/** Runs `meshpass` with these words against an operator interface that gives `answer`, or throws it. */
async function run(words: readonly string[], answer: unknown, write?: () => Promise<void>) {
  const calls: Call[] = [];
  const files = new Map<string, string>();
  let report: Report = { lines: [], exitCode: -1 };
  const writeSecret = async (path: string, text: string): Promise<void> => void files.set(path, text);
  const program = createProgram(
    outside({
      nowSeconds: () => 1_000,
      print: (printed) => {
        report = printed;
      },
      operator: {
        call: async (method, path, body) => {
          calls.push({ method, path, body });
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      writeSecret: write ?? writeSecret,
    }),
  );
  await program.parseAsync(words, { from: "user" });
  return { report, calls, files };
}

const issued = {
  type: "jwt",
  token: "secret.credential.text",
  jti: "j-1",
  service: "m1",
  expiresAt: 86_400 * 365,
  inMap: true,
};

t.test("a credential goes into the service's own file and is not printed", async (t) => {
  const { report, calls, files } = await run(["credentials", "issue", "m1", "--lifetime", "30d"], issued);
  t.strictSame(calls, [{ method: "POST", path: "/credentials", body: { service: "m1", lifetimeSeconds: 2_592_000 } }]);
  t.same([...files], [["credentials/m1.jwt", "secret.credential.text\n"]]);
  t.same(report, { lines: ["m1: credential j-1, good until 1971-01-01, in credentials/m1.jwt"], exitCode: 0 });
  const json = await run(["credentials", "issue", "m1", "-o", "json", "--out", "x.jwt"], issued);
  t.notMatch(json.report.lines[0], /secret/);
  t.match(JSON.parse(json.report.lines[0] ?? ""), { jti: "j-1", path: "x.jwt" });
});

t.test("it is printed, and not written, only when that is asked for", async (t) => {
  const { report, files } = await run(["credentials", "issue", "m1", "--print"], issued);
  t.same(report.lines, ["secret.credential.text"]);
  t.equal(files.size, 0);
});

t.test("a service that the map does not name is told so", async (t) => {
  const { report } = await run(["credentials", "issue", "m9"], { ...issued, inMap: false });
  t.match(report.lines[1], /m9 does not stand in the map yet/);
});

t.test("a bad name, lifetime or jti is refused before anything is asked", async (t) => {
  for (const words of [
    ["credentials", "issue", "M1"],
    ["credentials", "issue", "__proto__"],
    ["credentials", "issue", "m1", "--lifetime", "100y"],
    ["credentials", "issue", "m1", "--lifetime", "5s"],
    ["credentials", "issue", "m1", "--lifetime", "366d"],
    ["credentials", "revoke", "../cuts"],
    ["credentials", "revoke", "a\u001b[2J"],
    ["credentials", "list", "M1"],
    ["credentials", "cut", "operator"],
    ["credentials", "cut", "M1"],
  ]) {
    const { report, calls } = await run(words, {});
    t.equal(report.exitCode, 2, words.join(" "));
    t.ok(report.isError);
    t.same(calls, []);
    t.notMatch(report.lines.join(), "\u001b");
    if (words.includes("M1")) t.same(report.lines, ['"M1" cannot be a name; write m1']);
  }
});

t.test("a credential that was made and could not be written can be ended", async (t) => {
  const full = async () => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  const { report } = await run(["credentials", "issue", "m1"], issued, full);
  t.equal(report.exitCode, 1);
  t.match(report.lines, [/ENOSPC.*credentials revoke j-1/]);
  t.notMatch(report.lines.join(), "secret");
});

t.test("the list says what each credential is, and shows none", async (t) => {
  const common = { service: "m1", type: "jwt", issuedAt: 0, dev: false };
  const listed = {
    credentials: [
      { ...common, jti: "g", expiresAt: 2_000, service: "m2" },
      { ...common, jti: "a", expiresAt: 2_000 },
      { ...common, jti: "b", expiresAt: 2_000, dev: true },
      { ...common, jti: "c", expiresAt: 900, type: "secret" },
      { ...common, jti: "d", expiresAt: 2_000, revokedAt: 86_400, keyWithdrawnAt: 90_000 },
      { ...common, jti: "e", expiresAt: 200_000, keyWithdrawnAt: 86_400 },
      { ...common, jti: "f", expiresAt: 900, keyWithdrawnAt: 86_400 },
      { ...common, jti: "h", expiresAt: 2_000, type: "key", kid: "k" },
    ],
    legacyCredentials: [
      { hash: "0123456789abcdef", service: "m1", firstUsedAt: 0 },
      { hash: "123456789abcdef0", service: "m1", firstUsedAt: 0, keyWithdrawnAt: 86_400 },
    ],
  };
  const { report } = await run(["credentials", "list", "m1"], listed);
  t.same(report.lines, [
    "SERVICE  JTI OR HASH   TYPE    UNTIL       STATE",
    "m1       a             jwt     1970-01-01  active",
    "m1       b             jwt     1970-01-01  dev",
    "m1       c             secret  1970-01-01  expired",
    "m1       d             jwt     1970-01-02  revoked",
    "m1       e             jwt     1970-01-02  key withdrawn",
    "m1       f             jwt     1970-01-01  expired",
    "m1       h             key     1970-01-01  active",
    "m1       0123456789ab  jwt     -           legacy",
    "m1       123456789abc  jwt     1970-01-02  key withdrawn",
  ]);
  const json = JSON.parse((await run(["credentials", "list", "-o", "json"], listed)).report.lines[0] ?? "");
  t.same(
    json.credentials.map(({ jti }: { jti: string }) => jti),
    ["a", "b", "c", "d", "e", "f", "h", "g"],
    "by service and age",
  );
  const empty = { credentials: [], legacyCredentials: [] };
  t.match((await run(["credentials", "list"], empty)).report.lines, [/no credentials; make one: .* issue m1$/]);
  t.match((await run(["credentials", "list", "m7"], listed)).report.lines, [
    /^m7 has no credentials; make one: pnpm meshpass credentials issue m7$/,
  ]);
  const widest = {
    ...common,
    jti: "0d5f3f0e-6a3c-4a53-9f0e-2f0f3f7d8c11",
    expiresAt: 0,
    revokedAt: 0,
    type: "secret",
    service: "thirteen-long",
  };
  const wide = await run(["credentials", "list"], { ...empty, credentials: [widest] });
  for (const line of wide.report.lines) t.ok(line.length <= 80, line);
});

t.test("revoke ends one credential and the tokens of its service, and waits for the receivers", async (t) => {
  const stored = { revoked: "j-1", epoch: 1, number: 17, ends: "caller m1", at: 1 };
  const receivers = listOf(receiverOf("m1"), receiverOf("m2"));
  const answers = { "DELETE /credentials/j-1": stored, "GET /receivers": receivers };
  const { report, calls } = await runMeshpass(["credentials", "revoke", "j-1"], answers);
  t.equal(calls[0]?.method, "DELETE");
  t.same(report, {
    lines: [
      "j-1 is revoked: it gets no new token, and those of its service are cut",
      "in force at 2 of 2 receivers in 0.0 s",
    ],
    exitCode: 0,
  });
  t.match((await runMeshpass(["credentials", "revoke", "j-1", "-o", "json"], answers)).json(), stored);
  const refused = await runMeshpass(["credentials", "revoke", "j-1"], { "DELETE /credentials/j-1": noAnswer });
  t.match(refused.report, { lines: [noAnswer.message], exitCode: 2, isError: true });
  const nobody = new OperatorError("404", { code: "unknown_credential" });
  for (const words of [["j-1"], ["j-1", "--keep-tokens"]]) {
    const path = words.length === 1 ? "/credentials/j-1" : "/credentials/j-1?keepTokens=true";
    const { report: none } = await runMeshpass(["credentials", "revoke", ...words], { [`DELETE ${path}`]: nobody });
    const line = "there is no credential j-1; pnpm meshpass credentials list";
    t.same(none, { lines: [line], exitCode: 1, isError: true }, "the server answered, and the answer is no");
  }
});

t.test("revoke --keep-tokens cuts nothing, and says so", async (t) => {
  const answers = { "DELETE /credentials/j-1?keepTokens=true": { revoked: "j-1", keptTokens: true } };
  const words = ["credentials", "revoke", "j-1", "--keep-tokens"];
  const { report, calls } = await runMeshpass(words, answers);
  t.same(calls, [{ method: "DELETE", path: "/credentials/j-1?keepTokens=true", body: undefined }]);
  t.match(report, { lines: [/^j-1 is revoked: .*; those of its service live out their minutes$/], exitCode: 0 });
  t.same((await runMeshpass([...words, "-o", "json"], answers)).json(), { revoked: "j-1", keptTokens: true });
});

t.test("credentials cut is cut of a whole service", async (t) => {
  const stored = { epoch: 1, number: 17, ends: "caller m1", at: 1, credentialsEnded: 1, notInMap: [] };
  const answers = { "POST /cuts": stored, "GET /receivers": listOf(receiverOf("m2")) };
  const one = await runMeshpass(["credentials", "cut", "m1"], answers);
  t.same(one.calls[0], { method: "POST", path: "/cuts", body: { service: "m1" } });
  t.same(one.report, (await runMeshpass(["cut", "m1"], answers)).report);
  await runMeshpass(["credentials", "cut", "m1", "--dry-run"], answers).then(({ calls }) =>
    t.same(calls[0]?.body, { service: "m1", dryRun: true }),
  );
});
