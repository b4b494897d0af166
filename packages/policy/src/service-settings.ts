/** What a client may ask a token with: RFC 6749 section 4.4, RFC 8693. */
export const grants = ["client_credentials", "token_exchange"] as const;
export type Grant = (typeof grants)[number];

/** How the tokens for a service look to it: to be read by itself, or to be asked about. */
export const tokenFormats = ["jwt", "opaque"] as const;

/** In whose words a client's errors are written: those of the RFCs, or of Auth0. */
export const errorForms = ["rfc", "auth0"] as const;

/** How many tokens a client may get; at least one of the two numbers is there, each from 1 to 1,000,000,000. */
export interface Quota {
  readonly perHour?: number;
  readonly perDay?: number;
  /** Whether more than that is refused, or only counted. */
  readonly enforce: boolean;
}

/** What a map says about one service under `services`. */
export interface ServiceSettings {
  /** An absolute URI with a colon, of at most 200 characters, that no other service of the map has. */
  readonly audience?: string;
  /** What it knows as a target, in the order of the map. Without it, it takes any scope; an empty list is none at all. */
  readonly scopes?: readonly string[];
  /** At most 10 keys; keys and values have 1 to 255 characters, all of them visible. It has no prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Without it, all; an empty list is none. */
  readonly grants?: readonly Grant[];
  readonly tokenFormat: (typeof tokenFormats)[number];
  /** If not, it gets no token and is no target. */
  readonly enabled: boolean;
  readonly errors: (typeof errorForms)[number];
  readonly quota?: Quota;
}

/** Whether a service with these settings may ask for a token with `grant`. */
export const mayUseGrant = ({ grants }: Pick<ServiceSettings, "grants">, grant: Grant): boolean =>
  grants?.includes(grant) ?? true;

/** Of a service about which a map says nothing more. */
export const defaultSettings: ServiceSettings = Object.freeze({
  metadata: Object.freeze(Object.create(null)),
  tokenFormat: "jwt",
  enabled: true,
  errors: "rfc",
});
