/** A public key as PEM (SPKI), or as a JWK (RFC 7517) with its public members alone. */
export type PublicKeyInput = string | Readonly<Record<string, unknown>>;

/** What a text that was given for a public key seems to be. */
export type KeyText =
  | { readonly form: "public"; readonly publicKey: PublicKeyInput }
  /** It holds private or secret material, and must go nowhere. */
  | { readonly form: "private" }
  | { readonly form: "unknown" };

const pem = /^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/;

/** RFC 7518 section 6, RFC 8037 section 2, and what RFC 7517 section 4 says of the use of a key. */
const publicMembers: ReadonlySet<string> = new Set(["kty", "crv", "x", "y", "n", "e", "use", "alg"]);
const privateMembers: readonly string[] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/**
 * What `text`, the content of a file with a key, seems to be: one PEM block of a public key, a JWK, something private, or
 * nothing that is known here. Of a JWK only its public members are handed on.
 *
 * Does not check that it is a key, nor which; the auth server does.
 */
export function readKeyText(text: string): KeyText {
  const trimmed = text.trim();
  if (/PRIVATE KEY/i.test(trimmed)) return { form: "private" };
  if (pem.test(trimmed)) return { form: "public", publicKey: trimmed };
  const jwk = parseObject(trimmed);
  if (jwk === undefined) return { form: "unknown" };
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) return { form: "private" };
  const members = Object.entries(jwk).filter(([name]) => publicMembers.has(name));
  return Object.hasOwn(jwk, "kty") ? { form: "public", publicKey: Object.fromEntries(members) } : { form: "unknown" };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
