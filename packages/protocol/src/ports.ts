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

/**
 * `url` with its port moved by `offset`, if it names this machine (`MESHPASS_PORT_OFFSET` moves a whole mesh, and
 * nothing of anybody else's). A URL without a port is left alone.
 *
 * @throws TypeError if `url` is no URL.
 */
export function shiftLoopbackPort(url: string, offset: number): string {
  const parsed = new URL(url);
  if (offset === 0 || parsed.port === "" || !isLoopback(parsed.hostname)) return url;
  parsed.port = String(Number(parsed.port) + offset);
  return url.endsWith("/") ? parsed.href : parsed.href.replace(/\/$/, "");
}
