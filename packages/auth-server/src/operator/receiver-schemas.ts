import {
  bodyErrors,
  described,
  flag,
  json,
  listOf,
  milliseconds,
  named,
  type Operation,
  objectOf,
  oneOf,
  text,
} from "@meshpass/http-server/openapi";
import type { ForgetAnswer, Receiver, ReceiverList } from "@meshpass/protocol";
import { cutNumber, epoch, instance, kid, serviceName } from "../openapi/fields.ts";

const receiver = objectOf<Receiver>({
  service: serviceName,
  instance,
  version: text,
  epoch,
  head: cutNumber,
  kids: listOf(kid),
  keysAgeSeconds: { type: ["number", "null"] },
  lastHeardAt: milliseconds,
  clockDifferenceMs: { type: "number", description: "How far its clock is ahead" },
  live: described("Whether it was heard of within the last 15 s", flag),
});

const list = objectOf<ReceiverList>({ epoch, number: cutNumber, now: milliseconds, receivers: listOf(receiver) });

/** `GET /receivers`. */
export const listReceiversSchema: Operation = {
  summary: "Who has read the feed how far",
  response: { 200: { description: "The receivers", ...json(named("ReceiverList", list)) } },
};

/** `DELETE /receivers/<service>/<instance>`. */
export const forgetReceiverSchema: Operation = {
  summary: "An instance that is gone for good, and is not to be waited for",
  params: objectOf<{ service: string; instance: string }>({ service: serviceName, instance }),
  response: {
    200: {
      description: "Nobody waits for it",
      ...json(named("ForgetAnswer", objectOf<ForgetAnswer>({ forgotten: oneOf(true) }))),
    },
  },
  errors: [...bodyErrors, "unknown_receiver"],
};
