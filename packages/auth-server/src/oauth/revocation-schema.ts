import { type Operation, text } from "@meshpass/http-server/openapi";
import { clientSecurity } from "../openapi/security.ts";
import { clientErrors, parameters } from "./client-parameters.ts";

/** RFC 7009. */
export const revocationSchema: Operation = {
  summary: "The end of a token",
  description: "On the word of the client that it was issued to, or of an operator.",
  security: [...clientSecurity, { operatorToken: ["edit"] }],
  body: parameters("RevocationRequest", { fields: { token: { ...text, minLength: 1 } }, required: ["token"] }),
  response: { 200: { description: "Nobody accepts it any more; that may have been so before" } },
  errors: [...clientErrors, "unauthorized_client", "unsupported_token_type"],
};
