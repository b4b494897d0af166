import { isBearer } from "./bearer.ts";

/**
 * Holds the `onBehalfOf` of `options` to be a token, where it is written there: who has lost the token on the way must not
 * call in the service's own name instead.
 *
 * @throws TypeError
 */
export function checkSubjectToken(options: { readonly onBehalfOf?: unknown }): void {
  if (!("onBehalfOf" in options) || isBearer(options.onBehalfOf)) return;
  throw new TypeError("onBehalfOf must be the token that this service was called with");
}
