import t from "tap";
import { readSettings } from "../src/read-settings.ts";

t.test("an empty environment means loopback, the usual port and the usual folder", async (t) => {
  const hosts = ["localhost", "127.0.0.1", "[::1]", "127.0.0.1"];
  const usual = { host: "127.0.0.1", port: 3567, hosts, stateFolder: ".meshpass", watchParent: false };
  t.same(readSettings({}), usual);
  t.same(readSettings({ PORT: "", HOST: "", MESHPASS_STATE_DIR: "", MESHPASS_PARENT_PIPE: "" }), usual);
});

t.test("everything can be set", async (t) => {
  const environment = {
    HOST: "0.0.0.0",
    PORT: "0",
    MESHPASS_STATE_DIR: "/state",
    MESHPASS_PARENT_PIPE: "1",
    MESHPASS_CORE_ALLOW_REMOTE: "1",
    MESHPASS_CORE_HOSTS: "core.internal, core,",
  };
  const hosts = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "core.internal", "core"];
  t.same(readSettings(environment), { host: "0.0.0.0", port: 0, hosts, stateFolder: "/state", watchParent: true });
});

for (const host of ["localhost", "127.0.0.1", "127.8.9.1", "::1"]) {
  t.test(`${host} is loopback and needs no leave`, async (t) => {
    const settings = readSettings({ HOST: host });
    t.equal(settings.host, host);
    t.equal(settings.hosts.at(-1), host === "::1" ? "[::1]" : host);
  });
}

for (const host of ["0.0.0.0", "::", "10.0.0.1", "core.internal", "127.0.0.1.evil.example"]) {
  t.test(`${host} is off loopback and must be asked for`, async (t) => {
    t.throws(() => readSettings({ HOST: host }), { code: "invalid_setting", message: /MESHPASS_CORE_ALLOW_REMOTE=1/ });
  });
}

t.test("everything that is wrong is said at once, in one line", async (t) => {
  const environment = {
    HOST: "0.0.0.0",
    PORT: "65536",
    MESHPASS_PARENT_PIPE: "yes",
    MESHPASS_CORE_ALLOW_REMOTE: "true",
  };
  t.throws(() => readSettings(environment), {
    code: "invalid_setting",
    message: /^The core cannot start: PORT .*; MESHPASS_CORE_ALLOW_REMOTE .*; MESHPASS_PARENT_PIPE .*; HOST .*\.$/,
  });
  for (const port of ["x", "-1", "1.5", "123456"]) t.throws(() => readSettings({ PORT: port }), /PORT/, port);
});
