/** `grant_type` of a request to exchange a token (RFC 8693 section 2.1). */
export const tokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

/** What the token that is exchanged is, and the one that comes of it (RFC 8693 section 3). */
export const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
