import { json, matching, named, type Operation, objectOf, text } from "@meshpass/http-server/openapi";
import { type CutoffsAnswer, envelopePacesMs, instanceGrammar } from "@meshpass/protocol";

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
      // What no stream can have is passed over: a cut must not miss a receiver for a word.
      instance: { ...text, description: `What the receiver calls itself for its life: ${instanceGrammar.source}` },
      every: { ...text, description: `${envelopePacesMs.close}: an envelope so often, in ms, and not each second` },
    },
  },
  headers: {
    type: "object",
    properties: { "Last-Event-ID": { ...text, description: "The place where a stream ended: <epoch>.<number>" } },
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
