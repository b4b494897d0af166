/** The paths of the wire. A server mounts them and a client calls them from here, so they cannot differ. */
export const paths = {
  accessToken: "/accesstoken",
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
