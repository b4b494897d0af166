import { HttpError } from "@meshpass/http-server";
import { decodeFormText } from "./decode-form-text.ts";

/** What a request to an OAuth endpoint says: each name once, and no value empty. */
export type Parameters = ReadonlyMap<string, string>;

/** What a client sent: where from, the path, the raw headers as Node gives them, and what its body says. */
export interface ClientRequest {
  /** Of the peer's end of the connection. */
  readonly address: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly parameters: Parameters;
}

/**
 * The parameters of a form (`application/x-www-form-urlencoded`). One without a value counts as not sent, one that is not
 * known here is carried along (RFC 6749 section 3.2).
 *
 * @throws HttpError `invalid_request` if one stands there twice or is not UTF-8 in percent-encoding; `invalid_target` if
 * that is `resource`: a token is for one target (RFC 8707 section 2).
 */
export function parseForm(text: string): Parameters {
  const pairs = text === "" ? [] : text.split("&");
  return collect(
    pairs.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decode(name), decode(value.join("="))];
    }),
  );
}

/**
 * The same parameters from a JSON body, an object of texts.
 *
 * @throws HttpError `invalid_request` for anything else
 */
export function readJsonParameters(body: unknown): Parameters {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  const entries: [string, unknown][] = isObject ? Object.entries(body) : [];
  if (!isObject || !entries.every(isTextEntry)) throw new HttpError("invalid_request");
  return collect(entries.filter(isTextEntry));
}

const isTextEntry = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";

function collect(pairs: readonly (readonly [string, string])[]): Parameters {
  const parameters = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (parameters.has(name)) throw new HttpError(name === "resource" ? "invalid_target" : "invalid_request");
    parameters.set(name, value);
  }
  for (const [name, value] of parameters) if (value === "") parameters.delete(name);
  return parameters;
}

/** @throws HttpError `invalid_request` if it is not UTF-8 in percent-encoding */
function decode(text: string): string {
  const decoded = decodeFormText(text);
  if (decoded === undefined) throw new HttpError("invalid_request");
  return decoded;
}
