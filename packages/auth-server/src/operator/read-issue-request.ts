import { HttpError, objectBody } from "@meshpass/http-server";
import { isCredentialType, type PublicKeyInput, tokenRules } from "@meshpass/protocol";
import { readService } from "./read-cut.ts";

/** The body of `POST /credentials`, checked but for the key itself. */
export type WantedCredential = { readonly service: string; readonly lifetimeSeconds: number } & (
  | { readonly type: "jwt" | "secret" }
  | { readonly type: "key"; readonly publicKey: PublicKeyInput }
);

/**
 * The body of `POST /credentials`. A public key belongs to the type `key`, and to no other.
 *
 * @throws HttpError `invalid_request`
 */
export function readIssueRequest(body: unknown): WantedCredential {
  const read = objectBody(body, ["service", "type", "lifetimeSeconds", "publicKey"]);
  const { type = "jwt", publicKey } = read;
  const service = readService(read.service);
  const lifetimeSeconds = readLifetime(read.lifetimeSeconds);
  if (!isCredentialType(type)) throw new HttpError("invalid_request");
  if (type === "key") return { service, lifetimeSeconds, type, publicKey: readKeyInput(publicKey) };
  if (publicKey !== undefined) throw new HttpError("invalid_request");
  return { service, lifetimeSeconds, type };
}

function readLifetime(value: unknown): number {
  const { defaultLifetimeSeconds, maxLifetimeSeconds } = tokenRules.credential;
  if (value === undefined) return defaultLifetimeSeconds;
  const isInRange = Number.isSafeInteger(value) && Number(value) >= 60 && Number(value) <= maxLifetimeSeconds;
  if (!isInRange) throw new HttpError("invalid_request");
  return Number(value);
}

function readKeyInput(value: unknown): PublicKeyInput {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (typeof value !== "string" && !isObject) throw new HttpError("invalid_request");
  return value as PublicKeyInput;
}
