/** The paths of the wire. A server mounts them and a client calls them from here, so they cannot differ. */
export const paths = {
  accessToken: "/accesstoken",
  oauthToken: "/oauth/token",
  /** The same once more, for those who expect it there. */
  token: "/token",
  introspect: "/oauth/introspect",
  revoke: "/oauth/revoke",
  /** Of an issuer without a path (RFC 8414 section 3). */
  oauthMetadata: "/.well-known/oauth-authorization-server",
  jwks: "/auth/jwt/jwks.json",
  wellKnownJwks: "/.well-known/jwks.json",
  cutoffs: "/cutoffs",
  confirmations: "/cutoffs/confirmations",
  hello: "/hello",
  query: "/query",
  livez: "/livez",
  readyz: "/readyz",
  metrics: "/metrics",
  /** Of the operator interface. */
  status: "/status",
  credentials: "/credentials",
  cuts: "/cuts",
  blocks: "/blocks",
  receivers: "/receivers",
  keys: "/keys",
} as const;
