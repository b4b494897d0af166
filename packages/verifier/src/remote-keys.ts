import { checkTransport } from "@meshpass/protocol";
import { Agent, request } from "undici";
import { createKeys, type Keys } from "./keys.ts";
import type { KeysOptions } from "./keys-options.ts";
import { VerifierError } from "./verifier-error.ts";

/** {@link KeysOptions}, with an address in place of `load`. */
export interface RemoteKeysOptions extends Omit<KeysOptions, "load"> {
  /** Where the JWKS is. Whoever answers there decides which tokens are good: `https:`, or `http:` on this machine. */
  readonly url: string;
  /** Allows `http:` to another machine, where the way there is protected by other means. Default false. */
  readonly allowHttp?: boolean;
}

const maxJwksBytes = 262_144;

/**
 * The keys behind a JWKS URL ({@link createKeys}). Follows no redirect, reads at most 256 kB of JSON, unpacks nothing.
 *
 * Ours rather than jose's or get-jwks': neither has a cool-down after failures, nor keeps the last good keys.
 *
 * @throws TypeError if `url` is no address that keys may come from, or an option is out of range
 */
export function remoteKeys({ url, allowHttp = false, ...options }: RemoteKeysOptions): Keys {
  const problem = checkTransport(url, allowHttp);
  if (problem !== undefined) throw new TypeError(`remoteKeys: url ${problem}`);
  const dispatcher = new Agent({ connections: 1, maxResponseSize: maxJwksBytes });
  const keys = createKeys({ ...options, load: (signal) => fetchJwks(url, dispatcher, signal) });
  return Object.freeze({
    ...keys,
    close() {
      keys.close();
      void dispatcher.destroy();
    },
  });
}

async function fetchJwks(url: string, dispatcher: Agent, signal: AbortSignal): Promise<unknown> {
  try {
    const headers = { accept: "application/jwk-set+json, application/json" };
    const answer = await request(url, { dispatcher, signal, headers });
    const refusal = refusalOf(answer.statusCode, answer.headers["content-type"]);
    if (refusal === undefined) return await answer.body.json();
    // Unread, it goes with its connection; that it was cut off is no news.
    answer.body.on("error", () => undefined).destroy();
    throw new VerifierError(refusal, `status ${answer.statusCode} from ${url}`);
  } catch (error) {
    throw error instanceof VerifierError ? error : describeFailure(error, url);
  }
}

function refusalOf(status: number, type: string | string[] | undefined) {
  if (status >= 300 && status < 400) return "jwks_redirected";
  if (status !== 200) return "jwks_status";
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(String(type)) ? undefined : "jwks_not_json";
}

/** Only a system's error code is handed on: the text of an error may quote what the server sent. */
function describeFailure(error: unknown, url: string): VerifierError {
  if (error instanceof SyntaxError) return new VerifierError("jwks_not_json", url);
  const { code } = error as { code?: unknown };
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return new VerifierError("jwks_too_large", url);
  return new VerifierError("jwks_unreachable", `${typeof code === "string" ? code : "no code"} at ${url}`);
}
