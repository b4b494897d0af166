import { generateKeyPairSync } from "node:crypto";
import { createProgram, type Report } from "@meshpass/cli";
import t from "tap";
import { OperatorError } from "../src/operator-client.ts";
import { outside } from "./outside.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = String(publicKey.export({ type: "spki", format: "pem" }));
const jwk = publicKey.export({ format: "jwk" });
const privatePem = String(privateKey.export({ type: "pkcs8", format: "pem" }));

/** Runs `credentials issue` with these words, files with these texts, and one answer after another; the last goes on. */
async function issue(words: readonly string[], files: Readonly<Record<string, string>>, ...answers: unknown[]) {
  const bodies: unknown[] = [];
  const written = new Map<string, string>();
  let report: Report = { lines: [], exitCode: -1 };
  const program = createProgram(
    outside({
      nowSeconds: () => 1_000,
      print: (printed) => {
        report = printed;
      },
      open: async function* openFile(file) {
        const text = files[file];
        if (text === undefined) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
        yield Buffer.from(text);
      },
      operator: {
        call: async (_method, _path, body) => {
          bodies.push(body);
          const answer = answers.length > 1 ? answers.shift() : answers[0];
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      writeSecret: async (path, text) => void written.set(path, text),
    }),
  ).configureOutput({ writeErr: () => undefined });
  for (const command of program.commands.flatMap(({ commands }) => commands)) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  await program.parseAsync(["credentials", "issue", ...words], { from: "user" });
  return { report, bodies, written, json: () => JSON.parse(report.lines.join()) };
}

const common = { jti: "j-1", service: "m1", expiresAt: 86_400 * 365, inMap: true };
const secret = { ...common, type: "secret", clientId: "m1", clientSecret: "mps_very-secret" };
const key = { ...common, type: "key", clientId: "m1", kid: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" };

t.test("a secret goes into a file of its own beside the JWT, and is printed only when that is asked for", async (t) => {
  const { report, bodies, written } = await issue(["m1", "--type", "secret", "--lifetime", "30d"], {}, secret);
  t.strictSame(bodies, [{ service: "m1", lifetimeSeconds: 2_592_000, type: "secret" }]);
  t.same([...written], [["credentials/m1.secret", "mps_very-secret\n"]]);
  t.same(report, { lines: ["m1: secret (jti j-1), good until 1971-01-01, in credentials/m1.secret"], exitCode: 0 });
  const json = await issue(["m1", "--type", "secret", "-o", "json", "--out", "x"], {}, secret);
  t.strictSame(json.json(), { ...common, type: "secret", clientId: "m1", path: "x" });
  const printed = await issue(["m1", "--type", "secret", "--print"], {}, { ...secret, inMap: false });
  t.same(printed.report.lines[0], "mps_very-secret");
  t.match(printed.report.lines[1], /^m1 does not stand in the map yet/);
  t.equal(printed.written.size, 0);
  t.match((await issue(["m1", "--type", "secret", "--print", "-o", "json"], {}, secret)).json(), secret);
});

t.test("of a key the public half is sent, from PEM, a JWK or standard input, and nothing is written", async (t) => {
  const files = { "m1.pem": `\n${pem}`, "m1.json": JSON.stringify({ ...jwk, note: "mine" }), "-": pem };
  const words = ["m1", "--type", "key", "--public-key"];
  for (const [file, sent] of Object.entries({ "m1.pem": pem.trim(), "m1.json": jwk, "-": pem.trim() })) {
    const { report, bodies, written } = await issue([...words, file, "--lifetime", "1h"], files, key);
    t.strictSame(bodies, [{ service: "m1", lifetimeSeconds: 3_600, type: "key", publicKey: sent }]);
    t.equal(written.size, 0);
    t.same(report, {
      lines: ["m1: key (jti j-1), good until 1971-01-01", `its assertions may name it: kid ${key.kid}`],
      exitCode: 0,
    });
    for (const line of report.lines) t.ok(line.length <= 80, line);
  }
  t.strictSame((await issue([...words, "m1.pem", "-o", "json"], files, key)).json(), key);
});

t.test("a private key, or what is no key, is refused before anything is sent", async (t) => {
  const files = {
    private: privatePem,
    both: pem + privatePem,
    jwk: JSON.stringify(privateKey.export({ format: "jwk" })),
    ssh: "ssh-ed25519 AAAA",
    empty: "",
    endless: `${pem}${" ".repeat(20_000)}`,
  };
  for (const [file, line] of Object.entries({
    private: /^private holds a private key; give the public half: openssl pkey -pubout /,
    both: /^both holds a private key/,
    jwk: /^jwk holds a private key/,
    ssh: /^ssh is no public key; give PEM \(BEGIN PUBLIC KEY\) or a JWK/,
    empty: /^empty is no public key/,
    endless: /^endless is no public key/,
    "-": /^cannot read standard input: there is no such file/,
    "a\u001b[2J": /^cannot read a\\u001b\[2J: there is no such file; name another file$/,
  })) {
    const { report, bodies } = await issue(["m1", "--type", "key", "--public-key", file], files, key);
    t.match(report, { lines: [line], exitCode: 2, isError: true }, file);
    t.strictSame(bodies, []);
    t.notMatch(report.lines.join(), /PRIVATE KEY-|"d"/);
  }
});

t.test("words that do not fit together are a usage error, and nothing is asked", async (t) => {
  const files = { "m1.pem": pem };
  for (const words of [
    ["m1", "--public-key", "m1.pem"],
    ["m1", "--type", "secret", "--public-key", "m1.pem"],
    ["m1", "--type", "key"],
    ["m1", "--type", "key", "--public-key", "m1.pem", "--print"],
    ["m1", "--type", "key", "--public-key", "m1.pem", "--out", "x"],
    ["m1", "--type", "key", "--public-key", "m1.pem", "--lifetime", "5s"],
    ["M1", "--type", "key", "--public-key", "m1.pem"],
    ["M1", "--type", "secret"],
  ]) {
    const { report, bodies } = await issue(words, files, key);
    t.match(report, { exitCode: 2, isError: true }, words.join(" "));
    t.equal(report.lines.length, 1);
    t.strictSame(bodies, []);
  }
  await t.rejects(issue(["m1", "--type", "password"], {}, secret), { code: "commander.invalidArgument" });
});

t.test("where a service has as many as it may have, it is said which can be ended", async (t) => {
  const each = { service: "m1", issuedAt: 0, expiresAt: 86_400 * 9, dev: false };
  const jti = "0d5f3f0e-6a3c-4a53-9f0e-2f0f3f7d8c11";
  const listed = {
    credentials: [
      { ...each, type: "secret", jti },
      { ...each, type: "secret", jti: "b" },
      { ...each, type: "secret", jti: "revoked", revokedAt: 5 },
      { ...each, type: "secret", jti: "expired", expiresAt: 999 },
      { ...each, type: "secret", jti: "of m2", service: "m2" },
      { ...each, type: "key", jti: "c" },
    ],
    legacyCredentials: [],
  };
  const full = new OperatorError("409", { code: "too_many_secrets" });
  const { report } = await issue(["m1", "--type", "secret"], {}, full, listed);
  t.same(report, {
    lines: [
      "m1 cannot have a third secret; end one: pnpm meshpass credentials revoke JTI",
      `${jti}  since 1970-01-01, until 1970-01-10`,
      "b  since 1970-01-01, until 1970-01-10",
    ],
    exitCode: 2,
    isError: true,
  });
  for (const line of report.lines) t.ok(line.length <= 80, line);
  const keys = new OperatorError("409", { code: "too_many_client_keys" });
  const words = ["m1", "--type", "key", "--public-key", "k"];
  t.match((await issue(words, { k: pem }, keys, listed)).report.lines, [/^m1 cannot have a fifth key/, /^c {2}since/]);
  const known = new OperatorError("this key is known", { code: "known_key" });
  t.match((await issue(words, { k: pem }, known)).report, { lines: ["this key is known"], exitCode: 2 });
});

t.test("an answer of another type than was asked for is not taken for one", async (t) => {
  const { report, written } = await issue(["m1", "--type", "secret"], {}, { ...common, type: "jwt", token: "a.b.c" });
  t.match(report, { lines: [/not understood here.*it may have been made all the same/], exitCode: 2 });
  t.equal(written.size, 0);
});
