import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

/** Hashed first, so that the comparison takes as long for a key of any length. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The key that a request shows: `api-key`, else `Authorization` with or without the word Bearer. */
function shownKey({ "api-key": apiKey, authorization = "" }: IncomingHttpHeaders): string {
  // An empty api-key header hides Authorization, as in the real core.
  return String(apiKey ?? authorization.replace(/^bearer /i, "")).trim();
}

/**
 * Makes the check of the api key: it throws a 401 Refusal unless a request shows `apiKey`, compared in constant time. With
 * no `apiKey` everybody may pass.
 */
export function createKeyCheck(apiKey: string | undefined): (headers: IncomingHttpHeaders) => void {
  if (apiKey === undefined) return () => {};
  const wanted = digest(apiKey);
  return (headers) => {
    if (!timingSafeEqual(digest(shownKey(headers)), wanted)) throw new Refusal(401, "Invalid API key");
  };
}

/**
 * Makes the check that keeps web pages out: it throws a 403 Refusal if a request carries an `Origin` or names a `Host`
 * (the port left aside) that is not among `hosts`. A page whose name was rebound to this address fails both. A request
 * with a second `Host` is a 400 (RFC 9112 section 3.2); it is looked for in `rawHeaders`, since Node's `headers` hide it.
 */
export function createHostCheck(hosts: readonly string[]): (request: IncomingMessage) => void {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return ({ headers: { host = "", origin }, rawHeaders }) => {
    if (origin !== undefined) throw new Refusal(403, "Origin not allowed");
    if (!allowed.has(host.toLowerCase().replace(/:[0-9]{1,5}$/, ""))) throw new Refusal(403, "Host not allowed");
    if (countHosts(rawHeaders) > 1) throw new Refusal(400, "Host given twice");
  };
}

/** Names and values alternate in `rawHeaders`. */
const countHosts = (rawHeaders: readonly string[]): number =>
  rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host").length;
