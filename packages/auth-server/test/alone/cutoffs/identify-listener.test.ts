import { maxTokenBytes } from "@meshpass/protocol";
import type { Keys, Verifier } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { identifyListener } from "../../../src/cutoffs/identify-listener.ts";
import { signClaims } from "../../fake-signer.ts";
import { startServer } from "../../start-server.ts";

const server = await startServer(t);
await server.isReady();
const { issue, core } = server;

const bearer = (token: string) => ["Host", "x", "Authorization", `Bearer ${token}`];

/** A listener's judge that counts whose signature it has checked: everybody says that he is m1. */
function createBench(known: Readonly<Record<string, string>>) {
  const bench = { checks: 0, ready: true };
  const dependencies = {
    verifier: {
      verify: async () => {
        bench.checks += 1;
        return { name: "m1" };
      },
    } as unknown as Verifier,
    registry: {
      recognize: (_token: string, jti: unknown) => (typeof jti === "string" ? known[jti] : undefined),
      admit: () => undefined,
    },
    keys: { ready: () => bench.ready } as Keys,
  } as unknown as Parameters<typeof identifyListener>[0];
  const identify = (rawHeaders: readonly string[]) => identifyListener(dependencies, rawHeaders);
  return { bench, identify };
}

const claiming = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.e30`;

t.test("a flood of made-up credentials has no signature checked, whatever they look like", async (t) => {
  const { bench, identify } = createBench({ "jti-1": "m1" });
  const floods = [
    [],
    ["Authorization", "Basic eDp5"],
    ["Authorization", "Bearer"],
    ["Authorization", "Bearer a b"],
    [...bearer("a.b.c"), ...bearer("a.b.c")],
    ...["x", "..", "a.b.c", claiming(null), claiming({}), claiming({ jti: 7 }), claiming({ jti: "jti-2" })].map(bearer),
    bearer(claiming({ jti: "jti-1", more: "x".repeat(maxTokenBytes) })),
  ];
  for (const headers of floods) t.equal(await identify(headers), undefined, JSON.stringify(headers).slice(0, 60));
  t.equal(bench.checks, 0);
  t.equal(await identify(bearer(claiming({ jti: "jti-1" }))), "m1");
  t.equal(bench.checks, 1, "the control");
});

t.test(
  "while there are no keys to check with, the id of a good credential tells a receiver from a stranger",
  async (t) => {
    const { bench, identify } = createBench({ "jti-1": "m1" });
    bench.ready = false;
    t.equal(await identify(bearer(claiming({ jti: "jti-1" }))), "m1");
    t.equal(await identify(bearer(claiming({ jti: "jti-2" }))), undefined);
    t.equal(bench.checks, 0);
  },
);

/** What the parts of a real server say of a text. The stream that it opens ends with the server. */
async function identifyAt(t: Test, token: string): Promise<string> {
  const origin = server.app.listeningOrigin;
  const read = async () => (await server.metricsApp.inject("/metrics")).body;
  const services = async () => Number(/streams\{of="services"\} (\d+)/.exec(await read())?.[1]);
  const before = await services();
  const headers = { accept: "text/event-stream", authorization: `Bearer ${token}` };
  const { status, body } = await fetch(`${origin}/cutoffs`, { headers });
  void body?.pipeTo(new WritableStream()).catch(() => undefined);
  t.equal(status, 200);
  return (await services()) > before ? "a service" : "anybody";
}

t.test(
  "a credential that is good is its service's; cut, expired, forged, of another kind, it is anybody's",
  async (t) => {
    await server.app.listen({ host: "127.0.0.1", port: 0 });
    const { token } = await issue("m1");
    t.equal(await identifyAt(t, token), "a service");
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    t.equal(await identifyAt(t, [head, body, `${signature.slice(0, -4)}AAAA`].join(".")), "anybody", "forged");
    const sign = (changes: object) => signClaims(core.signer.staticKey, { ...claims, ...changes });
    t.equal(await identifyAt(t, sign({ sub: "m2" })), "anybody", "another service under its id");
    t.equal(await identifyAt(t, sign({ iat: 1, exp: 2 })), "anybody", "expired");
    t.equal(await identifyAt(t, sign({ token_use: "access", aud: "m1" })), "anybody", "an access token");
    const revoked = await issue("m1");
    await server.operate("DELETE", `/credentials/${revoked.jti}`);
    t.equal(await identifyAt(t, revoked.token), "anybody", "revoked");

    const now = Math.floor(Date.now() / 1_000);
    const legacy = signClaims(core.signer.staticKey, { ...bare, sub: "m3", iat: now - 10, exp: now + 100 });
    t.equal(await identifyAt(t, legacy), "anybody", "one without an id, before it was ever used");
    t.equal((await server.ask(legacy, { target: "m1" })).statusCode, 200);
    t.equal(await identifyAt(t, legacy), "a service");
    await server.operate("POST", "/cuts", { service: "m3" });
    t.equal(await identifyAt(t, legacy), "anybody", "cut");
  },
);

const bare = { iss: "auth-server", aud: "auth-server" };
