import { checkTransport, isLoopback, isServiceName } from "@meshpass/protocol";
import type { Dispatcher } from "undici";
import type { CredentialOption } from "./credential-source.ts";
import { checkTimeout } from "./timeout.ts";
import type { ClientWarning } from "./warning.ts";

/** What {@link createClient} takes. Read once; later changes to the object have no effect. */
export interface ClientOptions {
  /** The auth server's origin, such as `https://auth.example` or `http://localhost:8000`. */
  readonly authServer: string;
  /** What this service proves itself with: the text, a file that holds it, or a function that gives it. */
  readonly credential: CredentialOption;
  /** The services that may be called, by name, and the origin of each. A token for one goes to no other place. */
  readonly services: Readonly<Record<string, { readonly url: string }>> | ReadonlyMap<string, { readonly url: string }>;
  /**
   * Have every token bound to a key of this client's own, so that nobody else can use it (RFC 9449); off by default. The
   * targets must know of it.
   */
  readonly dpop?: boolean;
  /** Allow `http:` to other machines, where the way there is protected. A warning says so. Off by default. */
  readonly allowHttp?: boolean;
  /** The whole of one call in milliseconds, 1 to 600,000; 5,000 by default. */
  readonly timeoutMs?: number;
  /** One request for a token in milliseconds, 1 to 600,000; 2,000 by default. */
  readonly tokenTimeoutMs?: number;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly clock?: () => number;
  /** From 0 up to 1, for jitter; `Math.random` by default. */
  readonly random?: () => number;
  /** Told when something begins that should not stay so; must not throw. A process warning by default. */
  readonly onWarning?: (warning: ClientWarning) => void;
  /**
   * A dispatcher of undici 7 to send through. It must follow no redirects, and what is composed into it must hand on that
   * version's handlers (`onRequestStart` and so on). It is its giver's to close.
   */
  readonly dispatcher?: Dispatcher;
}

/** {@link ClientOptions}, checked and complete. */
export interface ClientSettings extends Required<Omit<ClientOptions, "authServer" | "services" | "dispatcher">> {
  readonly authServer: URL;
  readonly origins: ReadonlyMap<string, URL>;
  /** The `http:` origins at other machines. */
  readonly unprotected: readonly string[];
}

/**
 * Checks `options` and fills the defaults in.
 *
 * @throws TypeError that lists everything that is wrong.
 */
export function readClientOptions(options: ClientOptions): ClientSettings {
  const { allowHttp = false, dpop = false, timeoutMs = 5_000, tokenTimeoutMs = 2_000 } = options;
  const { clock = Date.now, random = Math.random, onWarning = emitWarning } = options;
  const problems: string[] = [];
  const check = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };

  const authServer = check(() => readOrigin("authServer", options.authServer, allowHttp));
  const origins = new Map<string, URL>();
  for (const [name, service] of serviceEntries(options.services)) {
    if (!isServiceName(name)) problems.push(`services has a key that is no service name: ${JSON.stringify(name)}`);
    const origin = check(() => readOrigin(`services.${name}.url`, service?.url, allowHttp));
    if (origin !== undefined) origins.set(name, origin);
  }
  if (origins.size === 0) problems.push("services must name at least one service and its url");
  if (!isCredentialOption(options.credential)) problems.push("credential must be a text, { file } or a function");
  if (typeof dpop !== "boolean") problems.push("dpop must be true or false");
  check(() => checkTimeout("timeoutMs", timeoutMs));
  check(() => checkTimeout("tokenTimeoutMs", tokenTimeoutMs));
  for (const [name, value] of Object.entries({ clock, random, onWarning }))
    if (typeof value !== "function") problems.push(`${name} must be a function`);
  if (problems.length > 0 || authServer === undefined) throw new TypeError(`createClient: ${problems.join("; ")}`);

  return {
    authServer,
    origins,
    unprotected: [authServer, ...origins.values()].filter(isUnprotected).map((url) => url.origin),
    credential: options.credential,
    dpop,
    allowHttp,
    timeoutMs,
    tokenTimeoutMs,
    clock,
    random,
    onWarning,
  };
}

const emitWarning = ({ code, message }: ClientWarning): void =>
  process.emitWarning(message, { code, type: "Meshpass" });

const serviceEntries = (services: ClientOptions["services"]): Iterable<[string, { readonly url: string }]> =>
  services instanceof Map ? services : Object.entries(services ?? {});

function isCredentialOption(value: unknown): boolean {
  if (typeof value === "object" && value !== null && "file" in value) return isText(value.file);
  return typeof value === "function" || isText(value);
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";

function readOrigin(name: string, url: unknown, allowHttp: boolean): URL {
  const problem = checkTransport(url, allowHttp);
  if (problem !== undefined) throw new TypeError(`${name} ${problem}`);
  const parsed = new URL(url as string);
  if (parsed.pathname !== "/" || parsed.search !== "") throw new TypeError(`${name} must be an origin, without a path`);
  return parsed;
}

const isUnprotected = (url: URL): boolean => url.protocol === "http:" && !isLoopback(url.hostname);
