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

/** Tries to get in with what the feed is made of, to confirm as somebody else, to cut, and to get around a cut. */
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

const cut = (mesh: MeshPlace, token: string | undefined): Promise<Answer> =>
  postJson(`${mesh.url("operator")}${paths.cuts}`, { everything: true }, token);
