import { peekClaims } from "../peek-claims.ts";

/** What the text of a token says its jti is; undefined where it says nothing. Nobody has checked that. */
export const readJti = (token: string): unknown => peekClaims(token).jti;
