import { decodeFormText } from "./decode-form-text.ts";

/** Id and secret of a client, as it means them. */
export interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

/**
 * Id and secret in an `Authorization` header of the scheme Basic, in any case (RFC 7617 section 2): base64 of UTF-8, a colon
 * between the two, each of them form-encoded before that (RFC 6749 section 2.3.1). Undefined for anything else, and where
 * one of the two is empty.
 */
export function readBasic(header: string): BasicCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const text = encoded === undefined ? undefined : decodeBase64(encoded);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon === -1) return undefined;
  const clientId = decodeFormText(text.slice(0, colon));
  const secret = decodeFormText(text.slice(colon + 1));
  return clientId && secret ? { clientId, secret } : undefined;
}

function decodeBase64(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
