/** What a worker is given. */
export interface CompileRequest {
  readonly bytes: Uint8Array;
  readonly storePath: string;
  /** The URL of the issuer, which is no service's audience. */
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Of a token whose edge names no lifetime, in seconds. */
  readonly defaultLifetimeSeconds: number;
}
