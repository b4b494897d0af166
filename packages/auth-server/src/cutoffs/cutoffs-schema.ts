import { json, matching, named, type Operation, objectOf, oneOf, text } from "@meshpass/http-server";
import { type CutoffsAnswer, envelopePacesMs } from "@meshpass/protocol";
import { instance } from "../openapi/fields.ts";

/** A compact JWS (RFC 7515 section 7.1). */
const jws = matching(/^[\w-]+\.[\w-]+\.[\w-]+$/);

const snapshot = objectOf<CutoffsAnswer>({ certificate: jws, envelope: jws });

/** `GET /cutoffs`. */
export const cutoffsSchema: Operation = {
  summary: "The feed of cuts",
  description:
    "A snapshot; with `Accept: text/event-stream` a stream of it and of all that follows. A stream that is opened with the " +
    "credential of a service has its places, and the name and the pace that it asks for.",
  security: [{}, { credential: [] }],
  querystring: {
    type: "object",
    properties: {
      instance,
      every: { ...oneOf(String(envelopePacesMs.close)), description: "To have an envelope so often, in ms" },
    },
  },
  headers: {
    type: "object",
    properties: { "Last-Event-ID": matching(/^\d+\.\d+$/, { description: "Of a stream that was read before" }) },
  },
  response: {
    200: {
      description: "What is cut",
      content: {
        ...json(named("CutoffsAnswer", snapshot)).content,
        "text/event-stream": { schema: { ...text, description: "Events `certificate` and `envelope`" } },
      },
    },
  },
  errors: ["cutoffs_unavailable"],
};
