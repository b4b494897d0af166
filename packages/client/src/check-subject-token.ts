import { isBearer } from "./bearer.ts";

/** @throws TypeError for an `onBehalfOf` that can be no token: it must not go to the auth server as one */
export function checkSubjectToken(onBehalfOf: unknown): void {
  if (onBehalfOf === undefined || isBearer(onBehalfOf)) return;
  throw new TypeError("onBehalfOf must be the token that this service was called with");
}
