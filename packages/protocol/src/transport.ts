/** Whether `hostname` (as in `URL.hostname` or a listener's host) is this machine: 127.0.0.0/8, `::1`, `localhost`. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/.test(hostname.toLowerCase());

/**
 * What is wrong with `url` as an address that tokens or keys may cross, or undefined if nothing is: it must be an
 * `https:` URL, or `http:` to this machine, or `http:` where `allowHttp` says so; no user name in it, no fragment.
 *
 * Does not look the host up: `localhost` is trusted to be this machine.
 */
export function checkTransport(url: unknown, allowHttp = false): string | undefined {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return "is not an absolute URL";
  if (parsed.username !== "" || parsed.password !== "" || parsed.hash !== "") return "holds a user name or a fragment";
  if (parsed.protocol === "https:") return undefined;
  if (parsed.protocol !== "http:") return "is neither an https: nor an http: URL";
  return allowHttp || isLoopback(parsed.hostname)
    ? undefined
    : "is http: to another machine; use https:, or set MESHPASS_ALLOW_HTTP=1 if the way there is protected";
}
