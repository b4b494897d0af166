import { randomUUID } from "node:crypto";
import { paths } from "@meshpass/protocol";
import type { Test } from "tap";
import { type Answer, ask, askWith, postJson } from "../walk/ask.ts";
import type { MeshPlace } from "../walk/mesh-place.ts";
import { signAtCore } from "./core-token.ts";

/** What m1 has to prove itself with: at the auth server, and at m2. */
interface Held {
  readonly credential: string;
  readonly accessToken: string;
}

/** So many streams of one address have a place without a credential. */
const places = 32;

/**
 * Tries to get in with what the feed is made of, to confirm as somebody else, to keep receivers from the feed, to cut, and
 * to get around a cut.
 */
export async function attackCutoffs(t: Test, mesh: MeshPlace, { credential, accessToken }: Held): Promise<void> {
  const feedUrl = mesh.url("authServer") + paths.cutoffs;
  const hello = (token: string): Promise<Answer> => askWith(token, `${mesh.url("m2")}/hello`);
  const { certificate, envelope } = JSON.parse((await ask(feedUrl)).text);
  for (const [name, token] of Object.entries({ certificate, envelope })) {
    t.equal((await hello(token)).status, 401, `the ${name} is no access token`);
    const asCredential = await postJson(`${mesh.url("authServer")}/accesstoken`, { target: "m2" }, token);
    t.equal(asCredential.status, 401, `the ${name} is no credential`);
    t.equal((await cut(mesh, token)).status, 401, `the ${name} is no operator's token`);
  }

  for (const token of [undefined, accessToken, certificate]) {
    const answer = await postJson(`${feedUrl}/confirmations`, confirmation, token);
    t.equal(answer.status, 401, "a confirmation counts with a credential alone");
  }
  const confirm = (changes: object) =>
    postJson(`${feedUrl}/confirmations`, { ...confirmation, ...changes }, credential);
  t.match([(await confirm({})).status, (await confirm({ kids: ["x".repeat(17_000)] })).status], [404, 413]);
  t.equal((await confirm({ leaving: true })).status, 404, "nor is one that was never there gone");
  await fillFeed(t, feedUrl, credential);

  for (const token of [undefined, credential, accessToken]) {
    t.equal((await cut(mesh, token)).status, 401, "only an operator cuts");
    t.equal((await postJson(`${mesh.url("operator")}/blocks`, { caller: "m1" }, token)).status, 401, "or blocks");
  }

  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
  const helloWith = async (gen: unknown): Promise<number> =>
    (await hello(await signAtCore(mesh, { ...claims, jti: randomUUID(), gen }, { static: false }))).status;
  t.equal(await helloWith(claims.gen), 200, "the control: an honest gen");
  const [epoch, number] = claims.gen.split(".");
  const gens = [
    undefined,
    null,
    "",
    "1",
    Number(number),
    `${epoch}`,
    `${epoch}.${number}.0`,
    `${epoch}.-1`,
    `0${claims.gen}`,
  ];
  for (const gen of [...gens, `${Number(epoch) - 1}.${number}`]) {
    t.equal(await helloWith(gen), 401, `gen ${gen}`);
  }
}

const confirmation = {
  instance: "x",
  version: "1",
  epoch: 0,
  head: 0,
  kids: [],
  keysAgeSeconds: null,
  now: Date.now(),
};

/** Strangers take every stream that they can get, with made-up credentials too; who has one that is good gets his. */
async function fillFeed(t: Test, feedUrl: string, credential: string): Promise<void> {
  const leaving = new AbortController();
  const listen = async (token?: string): Promise<number> => {
    const headers = {
      accept: "text/event-stream",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    return (await fetch(feedUrl, { headers, signal: leaving.signal })).status;
  };
  const forged = `${credential.slice(0, -6)}AAAAAA`;
  const statuses = await Promise.all(
    Array.from({ length: 3 * places }, (_, index) => listen([undefined, forged, "a.b.c"][index % 3])),
  );
  const opened = statuses.filter((status) => status === 200).length;
  t.equal(opened, places, "strangers have their places and no more");
  t.equal(statuses.filter((status) => status === 503).length, 2 * places);
  t.equal(await listen(credential), 200, "and take none of a service");
  t.equal((await ask(feedUrl)).status, 200, "who asks once needs no place");
  leaving.abort();
}

const cut = (mesh: MeshPlace, token: string | undefined): Promise<Answer> =>
  postJson(`${mesh.url("operator")}${paths.cuts}`, { everything: true }, token);
