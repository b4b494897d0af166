import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthServer, readConfig } from "@meshpass/auth-server";
import { createCore, openKeyStore } from "@meshpass/embedded-core";
import { createLog } from "@meshpass/http-server";
import { defaultPorts, paths } from "@meshpass/protocol";
import type { Test } from "tap";
import { freeOffset } from "../walk/free-offset.ts";
import { meshFolder } from "../walk/mesh-folder.ts";
import { until } from "../walk/until.ts";

/** An auth server at the URL that it is the issuer of, and a client that it knows in every way. */
export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

const map = `version: 1
interactions:
  shop:
    - { target: maps, scopes: [directions, geocode] }
  maps:
    - tiles
    - { target: vault, proof: dpop, on_behalf_of: [bank] }
  bank:
    - { target: vault, proof: dpop }
    - archive
    - maps
services:
  archive: { token_format: opaque }
  maps: { audience: "urn:maps", scopes: [directions, geocode] }
...
`;

const apiKey = "an-api-key-of-the-core-0123456789";
const log = createLog({ name: "interop", level: "silent", human: false, write: () => undefined });

/** The core and the auth server in this process, for the length of the test. */
export async function startIssuer(t: Test) {
  const folder = meshFolder(t);
  mkdirSync(join(folder, "config"));
  writeFileSync(join(folder, "config", "interactions.yaml"), map);
  const store = openKeyStore(join(folder, "core.sqlite"));
  const core = await createCore({ store, apiKey });
  t.teardown(() => core.close().then(() => store.close()));
  const offset = await freeOffset();
  const env = {
    MESHPASS_CONFIG: join(folder, "config"),
    MESHPASS_STATE_DIR: join(folder, "state"),
    MESHPASS_PORT_OFFSET: String(offset),
    SUPERTOKENS_CONNECTION_URI: await core.listen({ host: "127.0.0.1", port: 0 }),
    SUPERTOKENS_API_KEY: apiKey,
  };
  const read = readConfig({ env, readFile: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) });
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  const server = await createAuthServer(read.config, log, Date.now);
  t.teardown(async () => {
    await Promise.all([server.app.close(), server.operatorApp.close(), server.metricsApp.close()]);
    await server.close();
  });
  await server.app.listen({ host: "127.0.0.1", port: defaultPorts.authServer + offset });
  await until("the auth server is ready", () => server.readiness().ok);

  const operator = readFileSync(join(folder, "state", "operator.jwt"), "utf8").trim();
  const issue = async (payload: object) =>
    (
      await server.operatorApp.inject({
        method: "POST",
        url: paths.credentials,
        headers: { authorization: `Bearer ${operator}` },
        payload,
      })
    ).json();
  const secrets = new Map<string, string>();
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "pem" });
  return {
    url: read.config.issuer,
    operator,
    /** Of `shop`; the private key is the one that its public one is known of. */
    secret: (await issue({ service: "shop", type: "secret" })).clientSecret as string,
    kid: (await issue({ service: "shop", type: "key", publicKey: spki })).kid as string,
    privateKey,
    /** A secret of any service, always the same: two at most are good at once. */
    secretOf: async (service: string): Promise<string> => {
      const known = secrets.get(service) ?? (await issue({ service, type: "secret" })).clientSecret;
      secrets.set(service, known);
      return known;
    },
    /** As an operator does. */
    cut: async (payload: object): Promise<void> => {
      const headers = { authorization: `Bearer ${operator}` };
      const answer = await server.operatorApp.inject({ method: "POST", url: paths.cuts, headers, payload });
      if (answer.statusCode !== 200) throw new Error(answer.body);
    },
    credentialOf: async (service: string): Promise<string> => (await issue({ service })).token,
  };
}
