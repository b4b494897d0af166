import type { JsonObject } from "../json-object.ts";

/** What opaque tokens stand for (RFC 7662). */
export interface Introspection {
  /**
   * The claims of a token that is active for this service; undefined of any other. Rejects with VerifierError
   * `introspection_unavailable`.
   */
  readonly introspect: (token: string) => Promise<JsonObject | undefined>;
  /** For how long what was said holds, in seconds, if the token lives so long; a cut ends it at once where there is a feed. */
  readonly cacheSeconds: number;
  /** Lets the connections go. */
  readonly close: () => void;
}

/** 256 bits as hex digits: nothing that could be a signed token. */
const form = /^[0-9a-f]{64}$/;

export const isOpaqueToken = (text: unknown): text is string => typeof text === "string" && form.test(text);
