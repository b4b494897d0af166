import { readFileSync } from "node:fs";
import { createCore, openKeyStore } from "@meshpass/embedded-core";
import { compactVerify, createLocalJWKSet } from "jose";
import t from "tap";
import { differences } from "./differences.ts";
import { type Recording, type Reply, readRecordings, replay } from "./recordings.ts";

/** Each file was recorded against a core of its own. Two tokens in each tell its clock, in seconds. */
const files = [
  { name: "open", apiKey: undefined, basePath: "", now: 1_795_309_724 },
  { name: "keyed", apiKey: "key1key1key1key1key1key1", basePath: "/st/core/", now: 1_795_309_725 },
] as const;

type Jwks = Parameters<typeof createLocalJWKSet>[0];

for (const { name, apiKey, basePath, now } of files) {
  t.test(`the embedded core answers as the real one did: ${name}.jsonl`, async (t) => {
    const store = openKeyStore(`${t.testdir()}/state/core.sqlite`);
    const core = await createCore({ store, apiKey, basePath, clock: () => now * 1_000 + 500 });
    const url = (await core.listen()) + basePath.replace(/\/$/, "");
    t.teardown(async () => {
      await core.close(0);
      store.close();
    });

    const jwks: Jwks = JSON.parse(await (await fetch(`${url}/.well-known/jwks.json`)).text());
    const differing: string[] = [];
    for (const recording of readRecordings(name)) {
      const reply = await replay(url, recording.request);
      const found = await describe(reply, jwks);
      const wanted = expectation(recording, now);
      const difference = differences.get(recording.name);
      if (JSON.stringify(found) !== JSON.stringify(wanted)) differing.push(recording.name);
      if (difference === undefined) t.strictSame(found, wanted, recording.name);
      else t.match(found, difference.ours, `${recording.name}, deliberately not`);
    }
    t.strictSame(differing.sort(), [...differences.keys()].sort(), "what differs is what the list of differences says");
  });
}

t.test("the README's table of differences is the list that the recordings are held against", async (t) => {
  const readme = readFileSync(new URL("../../packages/embedded-core/README.md", import.meta.url), "utf8");
  const rows = readme.matchAll(/^\| `(?<name>[^`]+)` *\| [^|\n]+ \| [^|\n]+ \| (?<reason>[^|\n]+?) *\|$/gm);
  const table = Array.from(rows, ({ groups }) => [groups?.name, groups?.reason]);
  t.strictSame(
    table,
    Array.from(differences, ([name, { reason }]) => [shorten(name), reason]),
  );
});

const shorten = (name: string): string => (name.length > 60 ? `${name.slice(0, 42)}…` : name);

interface Comparable {
  readonly reply: Reply;
  readonly jwt?: Recording["jwt"];
}

/** Our answer with what differs from run to run replaced by the recording's placeholders, its token verified by jose. */
async function describe(reply: Reply, jwks: Jwks): Promise<Comparable> {
  const token = /"jwt":"([^"]*)"/.exec(reply.body)?.[1];
  const plain = {
    ...reply,
    body: mask(reply.body).replace(/"jwt":"[^"]*"/, '"jwt":"<jwt>"'),
    ...(reply.cacheControl === undefined ? {} : { cacheControl: reply.cacheControl.replace(/[0-9]+/, "<n>") }),
  };
  if (token === undefined) return { reply: ordered(plain) };
  const { payload } = await compactVerify(token, createLocalJWKSet(jwks), { algorithms: ["RS256"] });
  const [header = "", , signature = ""] = token.split(".");
  const jwt = {
    headerJson: mask(Buffer.from(header, "base64url").toString()),
    payloadJson: Buffer.from(payload).toString(),
    sigBytes: Buffer.from(signature, "base64url").length,
  };
  return { reply: ordered(plain), jwt };
}

const mask = (text: string): string =>
  text
    .replace(/s-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, "s-<uuid>")
    .replace(/d-[0-9]{13}/g, "d-<ms>")
    .replace(/"n":"[\w-]{342}"/g, '"n":"<342>"');

/** The recording with the placeholders of time filled in. */
function expectation({ request, response, jwt }: Recording, now: number): Comparable {
  if (jwt === undefined) return { reply: ordered(response) };
  const validity = Math.trunc(Number(JSON.parse(request.body?.replace("\uFEFF", "") ?? "").validity));
  // The greatest validity of all wraps around to a second ago.
  const lifetime = validity === 2 ** 63 ? -1 : validity;
  const payloadJson = jwt.payloadJson.replace("<now>", `${now}`).replace("<now+validity>", `${now + lifetime}`);
  return { reply: ordered(response), jwt: { headerJson: jwt.headerJson, payloadJson, sigBytes: jwt.sigBytes } };
}

const ordered = ({ status, contentType, connection, cacheControl, body }: Reply): Reply => ({
  status,
  contentType,
  connection,
  ...(cacheControl === undefined ? {} : { cacheControl }),
  body,
});
