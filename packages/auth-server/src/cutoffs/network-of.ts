import { isIPv6 } from "node:net";

/**
 * Whose an address is, as far as it tells: an IPv4 address as it is, also where it stands in an IPv6 one (RFC 4291 section
 * 2.5.5.2); of any other IPv6 address its /64, since whoever has one address of it has all.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  return mapped ?? `${groupsOf(address).slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an address without leading zeros; the last ones are of no concern, nor is how they are written. */
function groupsOf(address: string): readonly string[] {
  const [left = [], right = []] = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const omitted = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return [...left, ...omitted, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}
