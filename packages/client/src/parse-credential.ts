import { isBearer } from "./bearer.ts";
import { ClientError } from "./client-error.ts";

/**
 * `text` without white space around it.
 *
 * @throws ClientError `invalid_credential` if that cannot stand in an `Authorization` header.
 */
export function parseCredential(text: unknown): string {
  const credential = typeof text === "string" ? text.trim() : undefined;
  if (isBearer(credential)) return credential;
  throw new ClientError(
    "invalid_credential",
    "The credential is no bearer token: it is empty, too long or not one line.",
  );
}
