import {
  bodyErrors,
  count,
  described,
  flag,
  type JsonSchema,
  json,
  listOf,
  milliseconds,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  seconds,
  text,
} from "@meshpass/http-server/openapi";
import type {
  Cut,
  CutAnswer,
  Forecast,
  Generation,
  LiveTokens,
  RecordedSearch,
  RecordedToken,
  UnknownName,
} from "@meshpass/protocol";
import { cutNumber, ends, epoch, jti, serviceName } from "../openapi/fields.ts";

const notInMap = listOf(objectOf<UnknownName>({ name: serviceName, nearest: optional(text) }), {
  description: "Those of the names given that the map does not name, each with the nearest that it does",
});

/** Of an answer that tells of a cut, and of more. */
export const fieldsOfCut = {
  epoch,
  number: cutNumber,
  ends,
  at: milliseconds,
  notInMap: optional(notInMap),
  credentialsEnded: optional(count),
  mapAllows: optional(described("Whether the caller may have new tokens", flag)),
};

/** A cut that is durable and published. */
export const cutAnswer = named("CutAnswer", objectOf<CutAnswer>(fieldsOfCut));

const list = objectOf<Generation & { readonly cuts: readonly Cut[] }>({
  epoch,
  number: cutNumber,
  cuts: listOf(objectOf<Cut>({ number: count, ends })),
});

/** `GET /cuts`. */
export const listCutsSchema: Operation = {
  summary: "The cuts that may still match a token",
  response: { 200: { description: "The cuts", ...json(named("CutList", list)) } },
};

const dryRun = optional(described("To be told what would end", flag));

const wantedCuts: readonly JsonSchema[] = [
  objectOf<{ service: string; dryRun?: boolean }>({ service: serviceName, dryRun }),
  objectOf<{ caller: string; target: string; dryRun?: boolean }>({ caller: serviceName, target: serviceName, dryRun }),
  objectOf<{ target: string; dryRun?: boolean }>({ target: serviceName, dryRun }),
  objectOf<{ jti: string; dryRun?: boolean }>({ jti, dryRun }),
  objectOf<{ everything: true; dryRun?: boolean }>({ everything: oneOf(true), dryRun }),
];

const liveTokens = objectOf<LiveTokens>({
  caller: serviceName,
  target: serviceName,
  before: optional(listOf(serviceName, { description: "Who called before on the way there, the first one first" })),
  count,
  lastAt: milliseconds,
  endsAt: seconds,
});

const recordedToken = objectOf<RecordedToken>({
  caller: serviceName,
  target: serviceName,
  at: milliseconds,
  expiresAt: seconds,
  outcome: optional(oneOf("mint_failed", "withdrawn_meanwhile")),
});

const forecast = objectOf<Forecast>({
  wouldEnd: listOf(liveTokens),
  credentials: count,
  since: milliseconds,
  notInMap: optional(notInMap),
  recorded: optional(
    objectOf<RecordedSearch>({ token: optional(recordedToken), looked: oneOf("everywhere", "newest", "nowhere") }),
  ),
});

/** `POST /cuts`. */
export const cutSchema: Operation = {
  summary: "The end of tokens",
  description:
    "Of a service with its credentials, of an edge, for a target, of a single one, of all; or, by `dryRun`, what would end.",
  body: json(named("CutRequest", { anyOf: wantedCuts }), { caller: "m1", target: "m2" }),
  response: {
    200: {
      description: "What was cut, or would end",
      ...json({ anyOf: [cutAnswer, named("Forecast", forecast)] }),
    },
  },
  errors: [...bodyErrors, "store_unavailable"],
};
