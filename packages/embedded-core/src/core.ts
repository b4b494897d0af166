import { createHostCheck, createKeyCheck } from "./access.ts";
import { answerRequest, type Pipeline } from "./answer-request.ts";
import { isApiKey } from "./api-key.ts";
import { type CoreSettings, defaultSettings } from "./core-config.ts";
import { createEndpoints } from "./endpoints.ts";
import { createHttpListener } from "./http-listener.ts";
import { createKeyRing } from "./key-ring.ts";
import type { KeyStore } from "./key-store.ts";
import { createPathMatcher } from "./match-path.ts";
import { generatePrivateKey } from "./signing-key.ts";

export interface CoreOptions extends Partial<CoreSettings> {
  /** Where the signing keys rest. Stays open when the core closes. */
  readonly store: KeyStore;
  /** What callers must show, at least 20 characters of `A-Z a-z 0-9 = -`. Undefined lets everybody sign. */
  readonly apiKey: string | undefined;
  /** What all paths begin with, `/` first; empty by default. */
  readonly basePath?: string;
  /** The names, without port, by which this core may be called. By default those of loopback. */
  readonly hosts?: readonly string[];
  /** Whole milliseconds since 1970; by default the machine's clock. */
  readonly clock?: () => number;
  /** How often to see whether the next key is due, in milliseconds; 10,000 by default. */
  readonly rotationCheckMs?: number;
  /** Told of every failure that is the core's own. By default nobody is. */
  readonly onError?: (error: unknown) => void;
}

/** A core ready to listen. */
export interface Core {
  /**
   * Listens on `host` (default 127.0.0.1) and `port` (default 0: any free one) and gives the address as a URL.
   *
   * @throws CoreError `port_unavailable`.
   */
  listen(at?: { readonly host?: string; readonly port?: number }): Promise<string>;
  /** Takes no more connections, lets requests in flight end for up to `graceMs` (default 2,500), then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Makes a core over `store`, with a key of each family made if there is none.
 *
 * @throws TypeError for an option that makes no sense; CoreError `state_unusable` if a stored key cannot be read.
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const settings = readSettings(options);
  const { store, apiKey, basePath = "", hosts = loopback, clock = Date.now, rotationCheckMs = 10_000 } = options;
  const { onError = () => {} } = options;
  if (apiKey !== undefined && !isApiKey(apiKey))
    throw new TypeError("apiKey: at least 20 characters of A-Z a-z 0-9 = -");
  if (!(rotationCheckMs >= 1)) throw new TypeError("rotationCheckMs: at least 1");
  if (!/^(\/[\w.~-]+)*\/?$/.test(basePath)) throw new TypeError("basePath: empty, or / and more");

  const times = {
    updateIntervalMs: settings.dynamicKeyUpdateHours * 3_600_000,
    tokenValidityMs: settings.accessTokenValiditySeconds * 1_000,
  };
  const keyRing = await createKeyRing({ store, times, clock, generate: generatePrivateKey, onError });
  const table = createEndpoints({ keyRing, settings, clock });
  const pipeline: Pipeline = {
    ...table,
    checkHost: createHostCheck(hosts),
    checkApiKey: createKeyCheck(apiKey),
    matchPath: createPathMatcher(basePath, table.endpoints.keys()),
  };
  const listener = createHttpListener((request) => answerRequest(pipeline, request), onError);
  let rotationCheck: NodeJS.Timeout | undefined;
  return {
    listen: async ({ host = "127.0.0.1", port = 0 } = {}) => {
      const url = await listener.listen(host, port);
      // Else a core that nobody asks anything would make its next key only when the first caller waits for it.
      rotationCheck = setInterval(() => void keyRing.refresh(), rotationCheckMs).unref();
      return url;
    },
    close: async (graceMs = 2_500) => {
      clearInterval(rotationCheck);
      await listener.close(graceMs);
    },
  };
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];

function readSettings(options: CoreOptions): CoreSettings {
  const settings = { ...defaultSettings };
  for (const name of ["accessTokenValiditySeconds", "dynamicKeyUpdateHours"] as const) {
    const value = options[name] ?? defaultSettings[name];
    const max = name === "dynamicKeyUpdateHours" ? 100_000 : 86_400_000;
    const whole = name === "dynamicKeyUpdateHours" || Number.isInteger(value);
    if (!(value >= 1 && value <= max && whole)) throw new TypeError(`${name}: 1 to ${max}`);
    settings[name] = value;
  }
  return settings;
}
