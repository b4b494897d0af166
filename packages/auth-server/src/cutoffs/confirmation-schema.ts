import {
  bodyErrors,
  count,
  described,
  json,
  listOf,
  matching,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  text,
} from "@meshpass/http-server/openapi";
import type { Confirmation, CutoffsAnswer } from "@meshpass/protocol";
import { cutNumber, epoch, instance, kid } from "../openapi/fields.ts";

const proof = objectOf<CutoffsAnswer>({ certificate: text, envelope: text });

const confirmation = objectOf<Confirmation>({
  instance,
  version: matching(/^[\w.+-]{1,64}$/, { description: "Of the verifier" }),
  epoch,
  head: cutNumber,
  kids: listOf(kid, { maxItems: 100, description: "The keys that it would accept now" }),
  keysAgeSeconds: {
    type: ["number", "null"],
    minimum: 0,
    description: "How long ago it loaded them; null: it has none",
  },
  now: described("Its clock, in milliseconds since 1970", count),
  leaving: optional({ ...oneOf(true), description: "It ends now, and is not to be waited for" }),
  ahead: optional(described("That the server has lost cuts: the last envelope that it took", proof)),
});

/** `POST /cutoffs/confirmations`. */
export const confirmationSchema: Operation = {
  summary: "How far an instance of a service has read the feed",
  description: "Of one that holds a stream, which was opened with a credential of that service.",
  security: [{ credential: [] }],
  body: json(named("Confirmation", confirmation)),
  response: { 204: { description: "Noted" } },
  errors: [...bodyErrors, "missing_token", "invalid_credential", "unknown_receiver", "keys_unavailable"],
};
