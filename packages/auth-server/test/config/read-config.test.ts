import { readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { type Config, readConfig } from "../../src/index.ts";
import { createCertificate } from "./create-certificate.ts";

const keyFile = ".meshpass/core-api-key";
const configFile = "config/auth-server.yaml";
const embedded = { [keyFile]: "the-key-of-the-embedded-core\n" };

/** Reads a configuration from an environment and files; an Error in place of a text is a file that cannot be read. */
function read(env: Record<string, string>, files: Record<string, string | Error> = embedded, openFiles?: number) {
  const readFile = (path: string): string | undefined => {
    const file = files[path];
    if (file instanceof Error) throw file;
    return file;
  };
  return readConfig({ env, readFile, openFiles });
}

function accept(...sources: Parameters<typeof read>): Config {
  const result = read(...sources);
  if ("problems" in result) throw new Error(result.problems.join("; "));
  return result.config;
}

const problemsOf = (...sources: Parameters<typeof read>): readonly string[] => {
  const result = read(...sources);
  return "problems" in result ? result.problems : [];
};

/** Shows that the sources have exactly these problems, each one line that matches. */
function hasProblems(t: Test, sources: Parameters<typeof read>, ...expected: RegExp[]): void {
  const problems = problemsOf(...sources);
  t.equal(problems.length, expected.length, problems.join("\n"));
  for (const [index, problem] of expected.entries()) t.match(problems[index], problem);
  for (const problem of problems) t.notMatch(problem, "\n");
}

const withFile = (text: string) => ({ ...embedded, [configFile]: text });

t.test("with nothing set it is the embedded core on this machine, and all defaults", async (t) => {
  t.strictSame(accept({}), {
    host: "127.0.0.1",
    port: 8_000,
    operatorPort: 8_100,
    metricsPort: 9_000,
    stateFolder: ".meshpass",
    mapPath: "config/interactions.yaml",
    actionsFolder: "config/actions",
    core: { uri: "http://127.0.0.1:3567", apiKey: "the-key-of-the-embedded-core", embedded: true },
    accessTokenLifetimeSeconds: 300,
    safeLifetimeSeconds: undefined,
    legacyCredentials: true,
    tls: undefined,
    issuer: "http://127.0.0.1:8000",
    requireDpopNonce: false,
    limits: {
      perClient: { perSecond: 1_000, burst: 2_000 },
      failures: { perSecond: 1, burst: 60 },
      failuresPerAddress: { perSecond: 10, burst: 600 },
    },
    maxStreams: 20_000,
    developmentServices: [],
    allowHttp: false,
  });
});

t.test("the file that ships says the defaults, and has every field", async (t) => {
  const shipped = readFileSync(join(import.meta.dirname, "../../../..", configFile), "utf8");
  t.strictSame(accept({}, withFile(shipped)), accept({}));
  for (const field of [
    "issuer",
    "requireDpopNonce",
    "accessTokenLifetime",
    "safeLifetime",
    "legacyCredentials",
    "limits",
    "perClient",
    "failures",
    "failuresPerAddress",
    "tls",
    "certificate",
    "key",
  ]) {
    t.match(shipped, new RegExp(`^[# ]*${field}:`, "m"));
  }
});

t.test("each variable says what it says, and an empty one nothing", async (t) => {
  const config = accept(
    {
      HOST: "localhost",
      PORT: "8500",
      MESHPASS_PORT_OFFSET: "20",
      MESHPASS_STATE_DIR: "state",
      MESHPASS_CONFIG: "etc",
      MESHPASS_MAP: "map.yaml",
      MESHPASS_ALLOW_HTTP: "1",
      MESHPASS_DEVELOPMENT_SERVICES: "m1, m2,m1",
    },
    { "state/core-api-key": "key" },
  );
  t.match(config, {
    host: "localhost",
    port: 8_500,
    operatorPort: 8_120,
    metricsPort: 9_500,
    stateFolder: "state",
    mapPath: "map.yaml",
    core: { uri: "http://127.0.0.1:3587" },
    developmentServices: ["m1", "m2"],
    allowHttp: true,
  });
  const empty = {
    HOST: "",
    PORT: "",
    SUPERTOKENS_CONNECTION_URI: "",
    SUPERTOKENS_API_KEY: "",
    MESHPASS_DATABASE_URL: "",
  };
  t.strictSame(accept(empty), accept({}));
});

t.test("a port of 0 is any free one, for the metrics too", async (t) => {
  t.match(accept({ PORT: "0" }), { port: 0, metricsPort: 0 });
});

t.test("a port must be one, and leave room for the metrics and the operator interface", async (t) => {
  for (const port of ["-1", "80a", "64536", "1e3", "08000000", " 80", "8000.5"]) {
    hasProblems(t, [{ PORT: port }], /^PORT is .*: write a number from 0 to 64535 \(metrics are 1000 above\)$/);
  }
  t.equal(accept({ PORT: "64535" }).metricsPort, 65_535);
  hasProblems(t, [{ MESHPASS_PORT_OFFSET: "55001" }], /^MESHPASS_PORT_OFFSET must be a whole number from 0 to 55000$/);
  hasProblems(t, [{ PORT: "8100" }], /^PORT 8100 leaves no port for the operator interface, which is on 8100/);
  hasProblems(t, [{ PORT: "7100" }], /^PORT 7100 leaves no port/);
});

t.test("a real core is named by its address, with or without a key, from a variable or a file", async (t) => {
  const SUPERTOKENS_CONNECTION_URI = "https://core.example/st/appid-mesh";
  t.strictSame(accept({ SUPERTOKENS_CONNECTION_URI }, {}).core, {
    uri: SUPERTOKENS_CONNECTION_URI,
    apiKey: undefined,
    embedded: false,
  });
  t.equal(accept({ SUPERTOKENS_CONNECTION_URI, SUPERTOKENS_API_KEY: "k" }, {}).core.apiKey, "k");
  t.equal(accept({ SUPERTOKENS_CONNECTION_URI, SUPERTOKENS_API_KEY_FILE: "f" }, { f: " k\n" }).core.apiKey, "k");
  t.equal(accept({ SUPERTOKENS_CONNECTION_URI }, {}).legacyCredentials, false, "auto is off with a real core");
});

t.test("a core that is half named, named twice or out of reach of trust is a problem", async (t) => {
  const SUPERTOKENS_CONNECTION_URI = "https://core.example";
  hasProblems(t, [{ SUPERTOKENS_API_KEY: "k" }], /^SUPERTOKENS_API_KEY is set and SUPERTOKENS_CONNECTION_URI is not/);
  hasProblems(
    t,
    [{ SUPERTOKENS_CONNECTION_URI, SUPERTOKENS_API_KEY: "k", SUPERTOKENS_API_KEY_FILE: "f" }, { f: "k" }],
    /^SUPERTOKENS_API_KEY and SUPERTOKENS_API_KEY_FILE are both set: set one$/,
  );
  for (const files of [{}, { f: " \n" }]) {
    const env = { SUPERTOKENS_CONNECTION_URI, SUPERTOKENS_API_KEY_FILE: "f" };
    hasProblems(t, [env, files as Record<string, string>], /^SUPERTOKENS_API_KEY_FILE: there is nothing in f/);
  }
  hasProblems(t, [{ SUPERTOKENS_CONNECTION_URI: "http://core.example" }, {}], /^SUPERTOKENS_CONNECTION_URI is http:/);
  hasProblems(t, [{ SUPERTOKENS_CONNECTION_URI: "core" }, {}], /^SUPERTOKENS_CONNECTION_URI is not an absolute URL/);
  hasProblems(t, [{ SUPERTOKENS_CONNECTION_URI: "https://a;https://b" }, {}], /holds several addresses: write one/);
  const allowed = { SUPERTOKENS_CONNECTION_URI: "http://core.example", MESHPASS_ALLOW_HTTP: "1" };
  t.equal(accept(allowed, {}).core.uri, "http://core.example");
  for (const files of [{}, { [keyFile]: "\n" }]) {
    hasProblems(
      t,
      [{}, files as Record<string, string>],
      /^no api key in \.meshpass\/core-api-key: start the embedded core/,
    );
  }
});

t.test("development services need names, the embedded core, loopback, and no production", async (t) => {
  const MESHPASS_DEVELOPMENT_SERVICES = "m1";
  const names = { MESHPASS_DEVELOPMENT_SERVICES: "m1,M2,,operator" };
  hasProblems(t, [names], /^MESHPASS_DEVELOPMENT_SERVICES: "M2", "", "operator" cannot be the name of a service/);
  for (const [env, files] of [
    [{ NODE_ENV: "production" }, embedded],
    [{ HOST: "0.0.0.0" }, withFile("issuer: https://auth.example\n")],
    [{ SUPERTOKENS_CONNECTION_URI: "https://core.example" }, {}],
  ] as const) {
    const all = { MESHPASS_DEVELOPMENT_SERVICES, ...env } as Record<string, string>;
    hasProblems(t, [all, files], /^MESHPASS_DEVELOPMENT_SERVICES needs the embedded core, HOST on loopback/);
  }
});

t.test("off loopback auto refuses legacy credentials; the file may say otherwise", async (t) => {
  const issuer = "issuer: https://auth.example\n";
  t.equal(accept({ HOST: "0.0.0.0" }, withFile(issuer)).legacyCredentials, false);
  t.equal(accept({ HOST: "0.0.0.0" }, withFile(`${issuer}legacyCredentials: accept\n`)).legacyCredentials, true);
  t.equal(accept({}, withFile("legacyCredentials: refuse\n")).legacyCredentials, false);
});

t.test("the issuer is this server's own origin; off loopback it must be said (RFC 8414 section 2)", async (t) => {
  t.equal(accept({ MESHPASS_PORT_OFFSET: "20" }).issuer, "http://127.0.0.1:8020");
  t.equal(accept({}, withFile("issuer: https://auth.example:8443\n")).issuer, "https://auth.example:8443");
  t.equal(accept({}, withFile("issuer: http://localhost:8000\n")).issuer, "http://localhost:8000");
  hasProblems(
    t,
    [{ HOST: "0.0.0.0" }],
    /^HOST is "0\.0\.0\.0", and issuer is not set: write the https: URL of this server/,
  );
  for (const issuer of [
    "http://auth.example",
    "https://auth.example/",
    "https://auth.example/path",
    "https://auth.example?x=1",
    "https://auth.example#x",
    "https://me@auth.example",
    "https://AUTH.example",
    "https://auth.example:443",
    "auth.example",
    "[https://auth.example]",
    "7",
  ]) {
    const problem = /^config\/auth-server\.yaml:1: issuer cannot be .*: write the https: URL of this server/;
    hasProblems(t, [{}, withFile(`issuer: "${issuer}"\n`)], problem);
  }
});

t.test("a database other than SQLite is refused, not ignored", async (t) => {
  hasProblems(t, [{ MESHPASS_DATABASE_URL: "postgres://x" }], /^MESHPASS_DATABASE_URL is set, and the only store/);
});

t.test("the file says lifetimes from 10s to 1h", async (t) => {
  const config = accept({}, withFile("accessTokenLifetime: 10s\nsafeLifetime: 1h\n"));
  t.match(config, { accessTokenLifetimeSeconds: 10, safeLifetimeSeconds: 3_600 });
  for (const value of ["9s", "61m", "300", "5 m", "-5m", "", "[5m]", "1d"]) {
    hasProblems(
      t,
      [{}, withFile(`accessTokenLifetime: ${value}\n`)],
      /^config\/auth-server\.yaml:1: accessTokenLifetime cannot be .*: write 10s to 1h, such as 5m$/,
    );
  }
});

t.test(
  "an unknown field, one that stands twice, and a wrong value are all listed at once, each with its line",
  async (t) => {
    const text =
      "# comment\naccessTokenLifetime: 5m\naccesTokenLifetime: 5m\nlegacyCredentials: yes\nlegacyCredentials: maybe\n";
    hasProblems(
      t,
      [{ PORT: "x", MESHPASS_DATABASE_URL: "y" }, withFile(text)],
      /^PORT is "x"/,
      /^config\/auth-server\.yaml:5: legacyCredentials stands here again: write it once$/,
      /^config\/auth-server\.yaml:3: there is no field "accesTokenLifetime": write one of accessTokenLifetime, /,
      /^config\/auth-server\.yaml:5: legacyCredentials cannot be "maybe": write auto, accept or refuse$/,
      /^MESHPASS_DATABASE_URL/,
    );
  },
);

t.test("what is no plain mapping is refused", async (t) => {
  for (const [text, problem] of [
    ["- a\n", /:1: this is no mapping/],
    ["text\n", /:1: this is no mapping/],
    ["a: [\n", /: correct the YAML$/],
    ["legacyCredentials: !secret auto\n", /Unresolved tag.*: correct the YAML$/],
    ["legacyCredentials: auto\n---\nlegacyCredentials: auto\n", /multiple documents/],
    ["safeLifetime: *no\n", /:1: an alias stands here/],
    ["legacyCredentials: auto\ntls: { certificate: *no, key: k }\n", /:2: an alias stands here/],
    ["tls: &a [x, *a]\n", /:1: an alias stands here/],
    [`# ${"x".repeat(70_000)}\n`, /is longer than 65536 characters/],
    ["? [a]\n: b\n", /there is no field/],
  ] as const) {
    hasProblems(t, [{}, withFile(text)], problem);
  }
  t.strictSame(problemsOf({}, withFile("")), []);
  t.strictSame(problemsOf({}, withFile("# nothing\n")), []);
});

t.test("deep nesting, merge keys and aliases without end are problems, never a crash (CVE-2026-33532)", async (t) => {
  for (const text of [
    "[".repeat(10_000),
    `tls: ${"{a: ".repeat(10_000)}`,
    `tls:\n${Array.from({ length: 340 }, (_, level) => `${" ".repeat(level + 1)}a:\n`).join("")}`,
    "<<: { __proto__: { legacyCredentials: accept } }",
    "tls: { <<: { __proto__: { certificate: a } } }",
    "tls: { __proto__: { certificate: a, key: b } }",
    "a: &a [x, x]\nb: &b [*a, *a]\nsafeLifetime: [*b, *b]",
  ]) {
    t.ok(problemsOf({}, withFile(text)).length > 0, text.slice(0, 40));
  }
  t.equal(({} as { legacyCredentials?: unknown }).legacyCredentials, undefined);
});

t.test("a file that is there and cannot be read is a problem, never a default", async (t) => {
  const denied = Object.assign(new Error("no"), { code: "EACCES" });
  const unreadable = /^config\/auth-server\.yaml cannot be read \(EACCES\): let this user read it$/;
  hasProblems(t, [{}, { ...embedded, [configFile]: denied }], unreadable);
});

t.test("TLS takes a certificate and its key, and nothing else", async (t) => {
  const pair = createCertificate();
  const files = { "a.crt": pair.cert, "a.key": pair.key, empty: "" };
  const withTls = (tls: string) => [{}, { ...withFile(`tls: ${tls}\n`), ...files }] as const;
  t.strictSame(accept(...withTls("{ certificate: a.crt, key: a.key }")).tls, pair);
  for (const tls of [
    "on",
    "null",
    "{}",
    "{ certificate: a.crt }",
    "{ certificate: 1, key: a.key }",
    "{ certificate: a.crt, key: a.key, passphrase: x }",
    "{ certificate: a.crt, key: missing }",
    "{ certificate: a.crt, key: empty }",
    "{ certificate: a.key, key: a.crt }",
  ]) {
    hasProblems(t, [...withTls(tls)], /^config\/auth-server\.yaml:1: tls cannot be .*write certificate and key/);
  }
});

t.test("a level of the log that is none is a problem like any other", async (t) => {
  hasProblems(t, [{ LOG_LEVEL: "loud" }], /^LOG_LEVEL must be one of trace, debug, .* or silent$/);
});

t.test("streams of the feed leave a fifth of the files that may be open to everything else", async (t) => {
  for (const [openFiles, maxStreams] of [
    [1_024, 819],
    [20_000, 16_000],
    [1_048_576, 20_000],
  ] as const)
    t.equal(accept({}, embedded, openFiles).maxStreams, maxStreams);
});

t.test("each limit can be off, or another number; what is not said stays as it is", async (t) => {
  const limitsOf = (yaml: string) => accept({}, withFile(`limits: ${yaml}\n`)).limits;
  const shipped = accept({}).limits;
  t.strictSame(limitsOf(""), shipped);
  t.strictSame(limitsOf("{ failures: off }"), { ...shipped, failures: undefined });
  t.strictSame(limitsOf("{ perClient: off, failures: off, failuresPerAddress: off }"), {
    perClient: undefined,
    failures: undefined,
    failuresPerAddress: undefined,
  });
  t.strictSame(limitsOf("{ perClient: { burst: 7, perSecond: 5 }, failuresPerAddress: { perMinute: 30 } }"), {
    ...shipped,
    perClient: { perSecond: 5, burst: 7 },
    failuresPerAddress: { perSecond: 0.5, burst: 30 },
  });
});

t.test("a limit that is none is a problem with its line and what to write", async (t) => {
  const remedy = (text: string) => new RegExp(`^config/auth-server.yaml:2: limits cannot be .*: write ${text}`);
  const ofClient = remedy("perClient: off, or perClient: {perSecond: 1000, burst: 2000}, whole numbers from 1 to");
  for (const perClient of [
    "{ perSecond: 0, burst: 1 }",
    "{ perSecond: 1.5, burst: 1 }",
    "{ perSecond: 1 }",
    "{ perSecond: 1, burst: 1000001 }",
    '{ perSecond: "1", burst: 1 }',
    "{ perSecond: .nan, burst: 1 }",
    "{ perSecond: 1, burst: 1, perMinute: 1 }",
    "100",
    "[]",
    "on",
  ]) {
    hasProblems(t, [{}, withFile(`\nlimits: { perClient: ${perClient} }\n`)], ofClient);
  }
  hasProblems(t, [{}, withFile("\nlimits: { failures: 60 }\n")], remedy("failures: off, or failures: {perMinute: 60}"));
  const names = remedy("perClient, failures, failuresPerAddress in it, and nothing else");
  for (const limits of ["off", "[]", "{ perclient: off }", "{ __proto__: off }", "{ constructor: off }"]) {
    hasProblems(t, [{}, withFile(`\nlimits: ${limits}\n`)], names);
  }
});
