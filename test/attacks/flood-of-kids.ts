import { paths } from "@meshpass/protocol";
import { ask } from "../walk/ask.ts";
import type { MeshPlace } from "../walk/mesh-place.ts";
import { sendRaw } from "./send-raw.ts";
import { unknownKid } from "./unknown-kid.ts";

/** So many requests go down one connection before it is read: as many as a server takes without dropping it. */
const ahead = 100;

/**
 * Asks `GET /hello` at `url` with `count` such tokens, each with a kid of its own, a hundred behind one another without
 * waiting; gives how many answers there were of each status.
 */
export async function floodWithKids(url: string, count: number): Promise<ReadonlyMap<string, number>> {
  const answers = new Map<string, number>();
  for (let first = 0; first < count; first += ahead) {
    const { text } = await sendRaw(url, requestsFrom(first, Math.min(ahead, count - first)));
    for (const [, status = ""] of text.matchAll(/HTTP\/1\.1 (\d{3})/g))
      answers.set(status, (answers.get(status) ?? 0) + 1);
  }
  return answers;
}

const requestsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const connection = index === count - 1 ? "close" : "keep-alive";
    const head = `GET ${paths.hello} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n`;
    return `${head}Authorization: Bearer ${unknownKid(first + index)}\r\n\r\n`;
  });

/** How often the auth server of `mesh` was asked for its keys so far. */
export async function countJwksLoads(mesh: MeshPlace): Promise<number> {
  const { text } = await ask(mesh.metricsUrl("authServer"));
  const counts = text.matchAll(
    /^http_request_duration_seconds_count\{[^}]*route="\/auth\/jwt\/jwks\.json"[^}]*\} (\d+)$/gm,
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
