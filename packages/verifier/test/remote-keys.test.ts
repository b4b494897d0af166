import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import t, { type Test } from "tap";
import { type Keys, type RemoteKeysOptions, remoteKeys, type VerifierError } from "../src/index.ts";
import { createSigningKey } from "./fake-issuer.ts";

const key = createSigningKey("d-1");
const jwks = JSON.stringify({ keys: [key.jwk] });

const answerWith =
  (status: number, headers: Record<string, string>, body: string | Buffer): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
const answerGood = answerWith(200, { "content-type": "application/json; charset=utf-8" }, jwks);

/** A JWKS server whose behaviour can be changed, and keys that read from it. */
async function start(t: Test, answer: RequestListener, more: Partial<RemoteKeysOptions> = {}) {
  const server = { answer, requests: 0, url: "" };
  const http = createServer((request, response) => {
    server.requests += 1;
    server.answer(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`;
  const keys = remoteKeys({ url: server.url, timeoutMs: 300, refreshSeconds: 3_600, ...more });
  t.teardown(async () => {
    keys.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return { server, keys };
}

async function failureOf(keys: Keys): Promise<VerifierError> {
  return await keys.refresh().then(
    () => {
      throw new Error("the load should have failed");
    },
    (error: VerifierError) => error,
  );
}

const badAnswers: Record<string, [reason: string, RequestListener]> = {
  "an empty set": ["jwks_empty", answerWith(200, { "content-type": "application/json" }, '{"keys":[]}')],
  "an empty object": ["jwks_malformed", answerWith(200, { "content-type": "application/json" }, "{}")],
  HTML: ["jwks_not_json", answerWith(200, { "content-type": "text/html" }, "<html>")],
  "no content type": ["jwks_not_json", answerWith(200, {}, jwks)],
  "HTML that says it is JSON": ["jwks_not_json", answerWith(200, { "content-type": "application/json" }, "<html>")],
  "half of a JWKS": ["jwks_not_json", answerWith(200, { "content-type": "application/json" }, jwks.slice(0, 99))],
  "status 500": ["jwks_status", answerWith(500, { "content-type": "application/json" }, jwks)],
  "status 204": ["jwks_status", answerWith(204, {}, "")],
  "a redirect": ["jwks_redirected", answerWith(302, { location: "/elsewhere" }, "")],
  "10 MB": ["jwks_too_large", answerWith(200, { "content-type": "application/json" }, " ".repeat(10_485_760))],
  "more than 256 kB without a length (CVE-2026-2581)": [
    "jwks_too_large",
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (let at = 0; at < 5; at += 1) response.write(" ".repeat(65_536));
      response.end(jwks);
    },
  ],
  "a packed body (CVE-2026-22036)": [
    "jwks_not_json",
    answerWith(
      200,
      { "content-type": "application/json", "content-encoding": Array(50).fill("gzip").join() },
      gzipSync(jwks),
    ),
  ],
  "a body that breaks off": [
    "jwks_unreachable",
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "9999" });
      response.write(jwks, () => response.destroy());
    },
  ],
  "a slow drip": [
    "jwks_timeout",
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    },
  ],
  silence: ["jwks_timeout", () => undefined],
};

for (const [what, [reason, answer]] of Object.entries(badAnswers)) {
  t.test(`${what} for a JWKS leaves the last good keys in force, and says what was wrong (mobula #28)`, async (t) => {
    const failures: string[] = [];
    const { server, keys } = await start(t, answerGood, { onFailure: (error) => void failures.push(error.reason) });
    await keys.find("d-1");
    server.answer = answer;
    const before = Date.now();
    const error = await failureOf(keys);
    t.match(error, { name: "VerifierError", code: "keys_unavailable", reason });
    t.ok(Date.now() - before < 5_000, "within its deadline");
    t.notMatch(error.message, "<html>");
    t.same(failures, [reason]);
    t.match(keys.find("d-1"), { kid: "d-1" });
    server.answer = answerGood;
    await keys.refresh();
  });
}

t.test("the message names the address and the system's error code", async (t) => {
  const { server, keys } = await start(t, answerGood);
  await keys.find("d-1");
  server.answer = answerWith(503, {}, "");
  t.equal(
    (await failureOf(keys)).message,
    `The JWKS address does not answer with status 200. (status 503 from ${server.url})`,
  );
});

t.test("nobody listening is keys_unavailable, and mends itself", async (t) => {
  const { server, keys } = await start(t, answerGood);
  const port = await new Promise<number>((resolve) => {
    const free = createTcpServer().listen(0, "127.0.0.1", () => {
      const { port } = free.address() as AddressInfo;
      free.close(() => resolve(port));
    });
  });
  const deserted = remoteKeys({ url: `http://127.0.0.1:${port}/jwks.json` });
  t.teardown(deserted.close);
  await t.rejects(deserted.find("d-1") as Promise<unknown>, {
    code: "keys_unavailable",
    reason: "jwks_unreachable",
    message: /\(ECONNREFUSED at http:\/\/127\.0\.0\.1:\d+\/jwks\.json\)$/,
  });
  t.match(await keys.find("d-1"), { kid: "d-1" });
  t.equal(server.requests, 1);
});

t.test("a thousand unknown kids are one request on the wire, counted there (tilegroxy #883)", async (t) => {
  const { server, keys } = await start(t, answerGood);
  await keys.find("d-1");
  for (let at = 0; at < 1_000; at += 1) await keys.find(`d-made-up-${at}`);
  t.equal(server.requests, 2, "the first load and one more");
});

t.test("a redirect is not followed", async (t) => {
  const { server, keys } = await start(t, answerWith(301, { location: "/moved" }, ""));
  await failureOf(keys);
  t.ok(server.requests <= 2, "one request a load: the first, and the one that was asked for");
});

for (const type of ["application/json", "application/jwk-set+json", "Application/JSON;charset=utf-8"]) {
  t.test(`content type ${type} is JSON`, async (t) => {
    const { keys } = await start(t, answerWith(200, { "content-type": type }, jwks));
    t.match(await keys.find("d-1"), { kid: "d-1" });
  });
}

t.test("an address that keys must not come from is the caller's bug", async (t) => {
  for (const url of [
    undefined,
    "",
    "auth",
    "http://auth.example/jwks.json",
    "ftp://localhost/x",
    "https://u:p@auth.example/x",
  ]) {
    t.throws(() => remoteKeys({ url } as RemoteKeysOptions), TypeError, String(url));
  }
  remoteKeys({ url: "http://auth.invalid/jwks.json", allowHttp: true }).close();
  remoteKeys({ url: "https://auth.invalid/jwks.json" }).close();
});
