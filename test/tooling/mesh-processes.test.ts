import t from "tap";
import { issuingProcesses, oneProcess, profileProcess, wholeMesh } from "../../scripts/mesh-processes.ts";

const find = (env: Record<string, string>, name: string) =>
  wholeMesh(env, 20).find((each) => each.name === name)?.env ?? {};

t.test("the mesh is the core, the auth server and the services, each on its own moved port", async (t) => {
  const ports = wholeMesh({ PORT: "1" }, 20).map(({ name, env }) => `${name} ${env.PORT}`);
  t.same(ports, ["core 3587", "auth-server undefined", "m1 8021", "m2 8022", "m3 8023"]);
  t.equal(oneProcess("m1", { PORT: "1" }, 20).env.PORT, "1", "a port that is asked for is one process's");
});

t.test("a core that is named is not started, and its key is the auth server's alone", async (t) => {
  const env = {
    SUPERTOKENS_CONNECTION_URI: "http://localhost:1",
    SUPERTOKENS_API_KEY: "key",
    SUPERTOKENS_API_KEY_FILE: "f",
  };
  t.same(
    wholeMesh(env, 0).map(({ name }) => name),
    ["auth-server", "m1", "m2", "m3"],
  );
  t.equal(find(env, "auth-server").SUPERTOKENS_API_KEY, "key");
  for (const name of ["m1", "m2", "m3"]) {
    t.notOk(
      Object.keys(find(env, name)).some((variable) => variable.startsWith("SUPERTOKENS_")),
      name,
    );
  }
});

t.test("one service's credential is not handed to all", async (t) => {
  const env = { MESHPASS_CREDENTIAL: "secret", MESHPASS_STATE_DIR: "state" };
  for (const name of ["auth-server", "m1", "m2"]) t.equal(find(env, name).MESHPASS_CREDENTIAL, undefined);
  t.equal(find(env, "m2").MESHPASS_CREDENTIAL_FILE, "state/credentials/m2.jwt");
  t.equal(oneProcess("m2", env, 0).env.MESHPASS_CREDENTIAL_FILE, undefined, "for one process it is what is meant");
});

t.test("development credentials are made only where nobody else can be meant", async (t) => {
  const services = (env: Record<string, string>) => find(env, "auth-server").MESHPASS_DEVELOPMENT_SERVICES;
  t.equal(services({}), "m1,m2,m3");
  t.equal(services({ HOST: "127.0.0.1" }), "m1,m2,m3");
  for (const env of [
    { HOST: "0.0.0.0" },
    { NODE_ENV: "production" },
    { MESHPASS_DATABASE_URL: "postgres://x" },
    { SUPERTOKENS_CONNECTION_URI: "http://localhost:3567" },
  ]) {
    t.equal(services(env), undefined, JSON.stringify(env));
  }
  t.equal(oneProcess("auth-server", {}, 0).env.MESHPASS_DEVELOPMENT_SERVICES, undefined, "nor for one process");
});

t.test("the core stays on this machine whatever the mesh listens on", async (t) => {
  t.equal(find({ HOST: "0.0.0.0" }, "core").HOST, undefined);
  t.equal(find({ HOST: "0.0.0.0" }, "m1").HOST, "0.0.0.0");
});

t.test(
  "a service with a profile gets what is meant for all, and neither the core's key nor another's credential",
  async (t) => {
    const own = { PORT: "1", MESHPASS_CREDENTIAL: "secret", MESHPASS_CREDENTIAL_FILE: "f", SUPERTOKENS_API_KEY: "key" };
    const { env, level } = profileProcess("provider", { ...own, MESHPASS_STATE_DIR: "state" });
    t.strictSame(env, { MESHPASS_STATE_DIR: "state" });
    t.equal(level, 2, "it comes up after the auth server");
  },
);

t.test("what issues tokens makes credentials for the services that it is told, and for no other", async (t) => {
  const [core, authServer, ...others] = issuingProcesses({ PORT: "1" }, 20, ["provider"]);
  t.strictSame([core?.name, authServer?.name, others.length], ["core", "auth-server", 0]);
  t.match(authServer?.env, { PORT: undefined, MESHPASS_DEVELOPMENT_SERVICES: "provider" });
  const [remote] = issuingProcesses({ SUPERTOKENS_CONNECTION_URI: "http://localhost:1" }, 0, ["provider"]);
  t.strictSame([remote?.name, remote?.env.MESHPASS_DEVELOPMENT_SERVICES], ["auth-server", undefined]);
});
