import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { announce } from "../contestants/announce.ts";
import { callers } from "../stage/bench-map.ts";

// A certified OpenID provider: client credentials, a resource for each target, JWT access tokens, its own store in memory.
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const server = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address() as AddressInfo;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "k-1", use: "sig", alg: "RS256" }] },
  clients: callers.map((caller) => ({
    client_id: caller,
    client_secret: `secret-of-${caller}`,
    token_endpoint_auth_method: "client_secret_post",
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
  })),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: "",
        audience: resource,
        accessTokenFormat: "jwt",
        accessTokenTTL: 300,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
});
server.on("request", provider.callback());
announce(port);
