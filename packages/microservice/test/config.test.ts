import t from "tap";
import { readConfig } from "../src/config.ts";

const yaml =
  "m1: { url: http://localhost:8001 }\nm2: { url: http://localhost:8002 }\nm3: { url: https://m3.example }\n";

function read(
  args: string[],
  env: Record<string, string> = {},
  files: Record<string, string> = { "config/services.yaml": yaml },
) {
  const result = readConfig({ args, env, readFile: (path) => files[path] });
  return { ...{ config: undefined, problems: [] as readonly string[] }, ...result };
}

t.test("a name is enough: everything else has a default on this machine", async (t) => {
  t.match(read(["m1"]).config, {
    name: "m1",
    authServer: "http://127.0.0.1:8000",
    issuer: "http://127.0.0.1:8000",
    credential: { file: ".meshpass/credentials/m1.jwt" },
    host: "127.0.0.1",
    port: 8_001,
    metricsPort: 9_001,
    openQuery: "this machine",
    staleFeed: "accept",
    allowHttp: false,
  });
});

t.test("the port offset moves this service, its peers here and the auth server", async (t) => {
  const { config } = read(["m2"], { MESHPASS_PORT_OFFSET: "500" });
  t.match(config, { port: 8_502, metricsPort: 9_502, authServer: "http://127.0.0.1:8500" });
  t.equal(config?.services.get("m1")?.url, "http://localhost:8501");
});

t.test("PORT, HOST, MESHPASS_AUTH_SERVER, MESHPASS_CONFIG, MESHPASS_STATE_DIR are taken as they are", async (t) => {
  const env = {
    PORT: "9",
    HOST: "::1",
    MESHPASS_AUTH_SERVER: "https://auth.example",
    MESHPASS_ISSUER: "https://issuer.example",
    MESHPASS_CONFIG: "/etc/m",
    MESHPASS_STATE_DIR: "/var/m",
  };
  t.match(read(["m1"], env, { "/etc/m/services.yaml": yaml }).config, {
    port: 9,
    host: "::1",
    authServer: "https://auth.example",
    issuer: "https://issuer.example",
    credential: { file: "/var/m/credentials/m1.jwt" },
  });
});

t.test("the credential comes from its variable or from the file that is named", async (t) => {
  t.equal(read(["m1"], { MESHPASS_CREDENTIAL: "cred-1" }).config?.credential, "cred-1");
  t.same(read(["m1"], { MESHPASS_CREDENTIAL_FILE: "/run/cred" }).config?.credential, { file: "/run/cred" });
});

t.test("off loopback /query is closed unless it is opened on purpose", async (t) => {
  t.equal(read(["m1"], { HOST: "0.0.0.0" }).config?.openQuery, "callers");
  t.equal(read(["m1"], { HOST: "0.0.0.0", MESHPASS_OPEN_QUERY: "yes" }).config?.openQuery, "callers");
  t.equal(read(["m1"], { HOST: "0.0.0.0", MESHPASS_OPEN_QUERY: "1" }).config?.openQuery, "anybody");
});

t.test("what becomes of tokens while the feed is stale is accept or refuse", async (t) => {
  t.equal(read(["m1"], { MESHPASS_STALE_FEED: "refuse" }).config?.staleFeed, "refuse");
  t.equal(read(["m1"], { MESHPASS_STALE_FEED: "" }).config?.staleFeed, "accept");
  t.same(read(["m1"], { MESHPASS_STALE_FEED: "yes" }).problems, [
    'MESHPASS_STALE_FEED is "yes": write accept or refuse',
  ]);
});

t.test("no name, an unknown one or two of them lists the names", async (t) => {
  for (const args of [[], ["banana"], ["__proto__"], ["m1", "m2"]])
    t.same(read(args).problems, ["give the name of one service of services.yaml: m1, m2, m3"]);
});

t.test("a service whose url has no port listens on its scheme's port", async (t) => {
  t.equal(read(["m3"]).config?.port, 443);
  t.equal(read(["m1"], {}, { "config/services.yaml": "m1: { url: http://localhost }" }).config?.port, 80);
});

t.test("everything that is wrong is said at once, and no secret in it", async (t) => {
  const { problems } = read(["m9"], {
    PORT: "80a",
    MESHPASS_PORT_OFFSET: "-1",
    MESHPASS_AUTH_SERVER: "http://auth.example",
    MESHPASS_CREDENTIAL: "secret",
    MESHPASS_CREDENTIAL_FILE: "",
  });
  t.equal(problems.length, 6);
  for (const part of [
    "give the name",
    "PORT is",
    "MESHPASS_PORT_OFFSET must be",
    "MESHPASS_AUTH_SERVER is http: to another",
    "are both set",
    "MESHPASS_CREDENTIAL_FILE is empty",
  ])
    t.ok(
      problems.some((line) => line.includes(part)),
      part,
    );
  t.notMatch(problems.join(), "secret");
  t.match(read(["m1"], { MESHPASS_AUTH_SERVER: "https://a.example/x", MESHPASS_CREDENTIAL: " " }).problems, [
    /an origin/,
    /MESHPASS_CREDENTIAL is empty/,
  ]);
});

t.test("a services file that is missing or wrong is said with its path and lines", async (t) => {
  t.match(read(["m1"], {}, {}).problems, [/^config\/services.yaml cannot be read/]);
  t.match(read(["m1"], {}, { "config/services.yaml": "m1: {}" }).problems, [
    "config/services.yaml:1:5: m1 needs a url",
  ]);
});

t.test("port 0 lets the system choose the metrics port too", async (t) => {
  t.match(read(["m1"], { PORT: "0" }).config, { port: 0, metricsPort: 0 });
});
