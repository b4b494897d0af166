import { isLoopback } from "./transport.ts";

/** The port of each server when nothing moves it. A server's metrics are `metricsOffset` above its own. */
export const defaultPorts = {
  core: 3567,
  authServer: 8000,
  operator: 8100,
  m1: 8001,
  m2: 8002,
  m3: 8003,
  metricsOffset: 1000,
} as const;

/** With this much, the highest port of a mesh is still a port. */
const maxPortOffset = 55_000;

/**
 * The value of `MESHPASS_PORT_OFFSET`, which moves every port of a mesh: 0 to 55,000, 0 where it is not set or empty;
 * undefined if it is anything else. Everybody reads it here, so that nobody ends up at another mesh.
 */
export function parsePortOffset(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return 0;
  return /^\d{1,5}$/.test(text) && Number(text) <= maxPortOffset ? Number(text) : undefined;
}

/** What is wrong with a `MESHPASS_PORT_OFFSET` that {@link parsePortOffset} does not take, in a line for a person. */
export const portOffsetProblem = `MESHPASS_PORT_OFFSET must be a whole number from 0 to ${maxPortOffset}`;

/**
 * `url` with its port moved by `offset`, if it names this machine (`MESHPASS_PORT_OFFSET` moves a whole mesh, and
 * nothing of anybody else's). A URL without a port is left alone.
 *
 * @throws TypeError if `url` is no URL, RangeError if its port would be none.
 */
export function shiftLoopbackPort(url: string, offset: number): string {
  const parsed = new URL(url);
  if (offset === 0 || parsed.port === "" || !isLoopback(parsed.hostname)) return url;
  const port = Number(parsed.port) + offset;
  if (port > 65_535) throw new RangeError(`port ${port} is none`);
  parsed.port = String(port);
  return url.endsWith("/") ? parsed.href : parsed.href.replace(/\/$/, "");
}
