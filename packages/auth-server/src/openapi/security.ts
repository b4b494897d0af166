/** How one proves at the public interface who one is. */
export const publicSecurity = {
  credential: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "What a service proves itself with: `meshpass credentials issue NAME`",
  },
  clientSecretBasic: {
    type: "http",
    scheme: "basic",
    description: "RFC 6749 section 2.3.1: the name of the service, and a secret of it",
  },
  operatorToken: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "Names a role" },
};

/** How one does so at the operator interface. */
export const operatorSecurity = {
  operatorToken: {
    ...publicSecurity.operatorToken,
    description: "Names a role, `read`, `edit` or `issue`, of which each includes the ones before it",
  },
};

/** How an OAuth client does (RFC 6749 section 2.3). */
export const clientSecurity = [
  { clientSecretBasic: [] },
  { credential: [] },
  // By fields of the body: client_secret_post, private_key_jwt.
  {},
];
