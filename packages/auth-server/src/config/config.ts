import type { RateLimits } from "../limits/limit-authentication.ts";

/** Everything that the auth server is told from outside, read and checked (`readConfig`). */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Of the operator interface, which listens on loopback whatever `host` is; so do the metrics. */
  readonly operatorPort: number;
  readonly metricsPort: number;
  readonly stateFolder: string;
  readonly mapPath: string;
  /** Of the operator's token actions; it need not be there. */
  readonly actionsFolder: string;
  readonly core: CoreConfig;
  /** Of access tokens, where the map says nothing. */
  readonly accessTokenLifetimeSeconds: number;
  /** Where it is set, the core is not asked. */
  readonly safeLifetimeSeconds: number | undefined;
  /** Whether credentials are accepted that were made straight at the core. */
  readonly legacyCredentials: boolean;
  /** Of the feed of cuts, at once: what the process's limit of open files leaves room for. */
  readonly maxStreams: number;
  /** The services that get development credentials; empty where none are made, and then none are accepted. */
  readonly developmentServices: readonly string[];
  readonly tls: TlsConfig | undefined;
  /** The URL by which OAuth clients and their tokens know this server, without a slash at the end. */
  readonly issuer: string;
  /** Whether a proof of possession at the token endpoint must carry a nonce of ours (RFC 9449 section 8). */
  readonly requireDpopNonce: boolean;
  readonly limits: RateLimits;
  readonly allowHttp: boolean;
}

export interface CoreConfig {
  readonly uri: string;
  readonly apiKey: string | undefined;
  /** Whether it is the embedded one, which runs beside us. */
  readonly embedded: boolean;
}

/** Certificate chain and private key as PEM text. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
}
