/** Of this package, as its package.json says: what `meshpass --version` prints. */
export const cliVersion = "0.1.0";
