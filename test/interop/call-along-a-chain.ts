import { createClient } from "@meshpass/client";
import { readAuthorization, remoteCutoffs, remoteKeys } from "@meshpass/verifier";
import type { FastifyInstance } from "fastify";
import type { Test } from "tap";
import { until } from "../walk/until.ts";
import type { Issuer } from "./start-issuer.ts";
import { startService } from "./start-service.ts";

/** Our client and verifier along shop => maps => tiles: maps calls on with the token that it was called with (RFC 8693). */
export async function callAlongAChain(t: Test, issuer: Issuer): Promise<void> {
  const { tiles, shop } = await startChain(t, issuer);
  const call = async () => (await shop.fetch("maps", "/on")).json();

  await t.test("the last one sees who calls, and on whose behalf", async (t) => {
    const told = { name: "maps", onBehalfOf: "shop", chain: ["shop", "maps"] };
    t.match(await call(), { status: 200, body: told });
  });

  await t.test("a route that does not say so takes no such token, nor one of another's behalf", async (t) => {
    const { token } = (await call()) as Passed;
    const answers = await Promise.all(["/own", "/of-bank"].map((path) => show(tiles + path, token)));
    t.strictSame(answers, [401, 403]);
  });

  await t.test("a cut of the first call ends the token of the second one within a second", async (t) => {
    const { token } = (await call()) as Passed;
    t.equal(await show(`${tiles}/on`, token), 200);
    const cutAt = performance.now();
    await issuer.cut({ caller: "shop", target: "maps" });
    await until("tiles refuses it", async () => (await show(`${tiles}/on`, token)) === 401);
    t.ok(performance.now() - cutAt < 1_000, `${performance.now() - cutAt} ms`);
    t.match(await call(), { status: 200 }, "with a new one all goes on");
  });
}

interface Passed {
  readonly token: string;
}

const show = async (url: string, token: string): Promise<number> =>
  (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;

async function startChain(t: Test, issuer: Issuer) {
  const clientOf = async (service: string, target: string, url: string) => {
    const credential = await issuer.credentialOf(service);
    const client = createClient({ authServer: issuer.url, credential, services: { [target]: { url } } });
    t.teardown(() => client.close());
    return client;
  };
  const keys = remoteKeys({ url: `${issuer.url}/.well-known/jwks.json` });
  t.teardown(() => keys.close());
  const cutoffsOf = (service: string) => {
    const cutoffs = remoteCutoffs({ url: `${issuer.url}/cutoffs`, keys, service });
    t.teardown(() => cutoffs.close());
    return () => ({ cutoffs });
  };
  const tiles = await startService(t, issuer, "tiles", { rules: cutoffsOf("tiles"), mount: mountTiles });
  const onward = await clientOf("maps", "tiles", tiles);
  const mountMaps = (app: FastifyInstance): void => {
    app.get("/on", { onRequest: app.requireCaller() }, async ({ raw }) => {
      const onBehalfOf = readAuthorization(raw.rawHeaders).token;
      const answer = await onward.fetch("tiles", "/on", { onBehalfOf });
      const { value: token } = await onward.getToken("tiles", { onBehalfOf });
      return { status: answer.status, body: await answer.json(), token };
    });
  };
  const maps = await startService(t, issuer, "urn:maps", { rules: cutoffsOf("maps"), mount: mountMaps });
  return { tiles, shop: await clientOf("shop", "maps", maps) };
}

function mountTiles(app: FastifyInstance): void {
  app.get("/on", { onRequest: app.requireCaller({ callers: ["maps"], onBehalfOf: true }) }, async ({ caller }) => ({
    name: caller.name,
    onBehalfOf: caller.onBehalfOf,
    chain: caller.chain,
  }));
  app.get("/own", { onRequest: app.requireCaller() }, async () => "own");
  app.get("/of-bank", { onRequest: app.requireCaller({ onBehalfOf: ["bank"] }) }, async () => "bank");
}
