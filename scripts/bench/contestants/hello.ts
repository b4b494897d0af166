import { issuerName, longestAccessLifetimeSeconds, paths } from "@meshpass/protocol";
import { remoteCutoffs, remoteKeys } from "@meshpass/verifier";
import { meshpassVerifier } from "@meshpass/verifier/fastify";
import { createApp, listen } from "./listen.ts";

// m2's own /hello with other settings: `open` leaves the guard out, a number is the size of the cache of tokens.
const [authServer = "", setting = ""] = process.argv.slice(2);
const keys = remoteKeys({ url: new URL(paths.jwks, authServer).href });
const cutoffs = remoteCutoffs({ url: new URL(paths.cutoffs, authServer).href, keys });
const cache = setting === "open" ? {} : { cacheSize: Number(setting) };
const rules = { issuers: [issuerName], audience: "m2", kind: "access", keys, cutoffs } as const;

const app = createApp();
await app.register(meshpassVerifier, { ...rules, maxLifetimeSeconds: longestAccessLifetimeSeconds, ...cache });
if (setting === "open") {
  app.get(paths.hello, async (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send("Hello to c000 from m2!"),
  );
} else {
  app.get(paths.hello, { onRequest: app.requireCaller() }, async (request, reply) =>
    reply.type("text/plain; charset=utf-8").send(`Hello to ${request.caller.name} from m2!`),
  );
}
await keys.refresh();
while (!cutoffs.ready()) await new Promise((resolve) => setTimeout(resolve, 10));
await listen(app);
