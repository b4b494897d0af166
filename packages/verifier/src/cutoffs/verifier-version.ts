/** Of this package, as its package.json says: what an auth server is told of a receiver. */
export const verifierVersion = "0.1.0";
