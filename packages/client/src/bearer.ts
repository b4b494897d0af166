import { maxTokenBytes } from "@meshpass/protocol";

/**
 * Whether `value` can stand in an `Authorization: Bearer` header (RFC 6750 section 2.1, `b64token`): no space, no line
 * break, nothing that could start another header; at most 8,192 bytes.
 *
 * Does not look inside: signature, claims and expiry are the receiver's business.
 */
export const isBearer = (value: unknown): value is string =>
  typeof value === "string" && value.length <= maxTokenBytes && /^[A-Za-z0-9._~+/-]+=*$/.test(value);
