import { generateKeyPairSync, sign } from "node:crypto";
import type { ServerResponse } from "node:http";
import { firstHash, nextHash } from "@meshpass/verifier/feed";
import { encode, signAs } from "./fake-keys.ts";

/** The feed of cut-offs of a fake auth server. */
export interface FakeFeed {
  /** Answers `GET /cutoffs`. */
  serve(response: ServerResponse): void;
  /** Cuts, and tells all who listen. */
  cut(ends: string): void;
  /** Breaks every connection. */
  breakOff(): void;
}

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const feedKey = publicKey.export({ format: "jwk" }).x as string;

export function createFakeFeed(): FakeFeed {
  const streams = new Set<ServerResponse>();
  const cuts: { number: number; ends: string }[] = [];

  function envelope(after: number | undefined): string {
    const iat = Date.now() / 1_000;
    const head = cuts.length;
    const hash = cuts.reduce(nextHash, firstHash(1));
    const place = after === undefined ? { cuts } : { after, cuts: cuts.slice(after) };
    const payload = { aud: "meshpass:cutoffs", epoch: 1, head, hash, ...place, iat, exp: iat + 2, keys: "k" };
    const text = `${encode({ alg: "EdDSA", typ: "cutoffs+jwt", kid: feedKey })}.${encode(payload)}`;
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
  }

  function certificate(): string {
    const claims = { sub: "auth-server", aud: "meshpass:cutoffs", token_use: "feed-key", feed_key: feedKey };
    return signAs("s-test", claims);
  }

  const send = (response: ServerResponse, type: string, data: string) =>
    response.write(`event: ${type}\ndata: ${data}\n\n`);

  return {
    serve(response) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      send(response, "certificate", certificate());
      send(response, "envelope", envelope(undefined));
      const heartbeat = setInterval(() => send(response, "envelope", envelope(cuts.length)), 250);
      streams.add(response);
      response.on("close", () => {
        clearInterval(heartbeat);
        streams.delete(response);
      });
    },
    cut(ends) {
      cuts.push({ number: cuts.length + 1, ends });
      for (const response of streams) send(response, "envelope", envelope(cuts.length - 1));
    },
    breakOff() {
      for (const response of streams) response.destroy();
    },
  };
}
