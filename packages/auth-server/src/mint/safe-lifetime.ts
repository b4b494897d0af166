import { request } from "undici";

/** A token signed by a rotating key never needs to live longer; in seconds. */
const ceilingSeconds = 3_600;

/** The core's name for how long its own access tokens live, in seconds. */
const setting = "access_token_validity";

/**
 * How long a token signed by a rotating key is sure to stay verifiable, in seconds: the core keeps a replaced key for
 * 2 x its `access_token_validity`, less the minute in which it has stopped to sign. At most an hour.
 */
export const safeLifetime = (accessTokenValiditySeconds: number): number =>
  Math.max(0, Math.min(ceilingSeconds, 2 * accessTokenValiditySeconds - 60));

/**
 * Asks the core for its `access_token_validity`, in seconds; undefined if it does not say: it has no such address, or no
 * such setting. SuperTokens' SDK has no call for it, so this is a request of our own (Core Driver Interface 5.4), without
 * redirects, within `timeoutMs`.
 *
 * @throws Error if the core cannot be reached in time, or answers anything else.
 */
async function readAccessTokenValidity(
  { uri, apiKey }: { readonly uri: string; readonly apiKey: string | undefined },
  timeoutMs = 2_000,
): Promise<number | undefined> {
  const { statusCode, body } = await request(`${uri.replace(/\/$/, "")}/recipe/dashboard/tenant/core-config`, {
    headers: { "cdi-version": "5.4", ...(apiKey === undefined ? {} : { "api-key": apiKey }) },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await body.text();
  if (statusCode === 404) return undefined;
  if (statusCode !== 200) throw new Error(`the core answered with status ${statusCode} when asked for its settings`);
  const value = findSetting(text);
  if (value === undefined || value === null) return undefined;
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new Error(`the core's ${setting} is no number of seconds`);
  return seconds;
}

/** The answer is an object that holds a list of settings, `{key, value, ...}` each. */
function findSetting(answer: string): unknown {
  try {
    const lists = Object.values(JSON.parse(answer)).filter((value) => Array.isArray(value));
    return lists.flat().find((entry) => entry?.key === setting)?.value;
  } catch {
    throw new Error("the core's settings cannot be read");
  }
}

/** The safe lifetime in use: the configured one, or what the core said last. */
export interface SafeLifetime {
  /** 0 while it is not known: then every token is signed by the static key. */
  seconds(): number;
  isKnown(): boolean;
  /** Asks the core, unless the configuration has said it. One that fails to answer changes nothing: what it said last stays. */
  read(): Promise<void>;
}

/** Holds the safe lifetime; `read` is to be called at start and every hour. */
export function createSafeLifetime(config: {
  readonly core: { readonly uri: string; readonly apiKey: string | undefined };
  readonly safeLifetimeSeconds: number | undefined;
}): SafeLifetime {
  let known = config.safeLifetimeSeconds;
  const read = async (): Promise<void> => {
    if (config.safeLifetimeSeconds !== undefined) return;
    const validity = await readAccessTokenValidity(config.core);
    known = validity === undefined ? undefined : safeLifetime(validity);
  };
  return { seconds: () => known ?? 0, isKnown: () => known !== undefined, read };
}
