import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** One exchange with a real core, as recorded. Placeholders such as `<now>` and `<uuid>` stand for what differs from run to run. */
export interface Recording {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  };
  readonly response: Reply;
  readonly jwt?: { readonly headerJson: string; readonly payloadJson: string; readonly sigBytes: number };
}

/** What of a response is compared. */
export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly connection: string | undefined;
  readonly cacheControl?: string;
  readonly body: string;
}

/** The recordings of one file, in their order. */
export function readRecordings(name: "open" | "keyed"): Recording[] {
  const lines = readFileSync(new URL(`recordings/${name}.jsonl`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line));
}

const agent = new Agent({ keepAlive: true });

/** Sends a recorded request to the core at `url`, over real HTTP, its headers byte for byte. */
export function replay(url: string, { method, path, headers, body }: Recording["request"]): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, headers, agent }, async (response) => {
      const { "content-type": contentType, connection, "cache-control": cacheControl } = response.headers;
      const body = await text(response);
      const reply = { status: response.statusCode ?? 0, contentType, connection, body };
      resolve(cacheControl === undefined ? reply : { ...reply, cacheControl });
    });
    sent.on("error", reject).end(body);
  });
}
