import {
  bodyErrors,
  count,
  flag,
  json,
  listOf,
  milliseconds,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  seconds,
} from "@meshpass/http-server/openapi";
import type {
  KeyList,
  ListedKey,
  PromoteAnswer,
  ReceiverBehind,
  Rotation,
  StageAnswer,
  WithdrawAnswer,
} from "@meshpass/protocol";
import { instance, kid, serviceName } from "../openapi/fields.ts";
import { fieldsOfCut } from "./cut-schemas.ts";

const listed = objectOf<ListedKey>({
  kid,
  family: oneOf("static", "rotating"),
  state: oneOf("signing", "staged", "published", "withdrawn"),
  withdrawnAt: optional(seconds),
});

const rotation = objectOf<Rotation>({
  kid,
  next: oneOf("wait", "promote"),
  holding: count,
  receivers: count,
  behind: listOf(objectOf<ReceiverBehind>({ service: serviceName, instance, lastHeardAt: milliseconds })),
});

const list = objectOf<KeyList>({
  core: oneOf("embedded", "other", "unreachable"),
  keys: listOf(listed),
  rotation: optional(rotation),
});

/** `GET /keys`. */
export const listKeysSchema: Operation = {
  summary: "The keys of the core, and how far a rotation is",
  response: { 200: { description: "The keys", ...json(named("KeyList", list)) } },
};

const stage = objectOf<{ action: string }>({ action: oneOf("stage") });
const promote = objectOf<{ action: string; kid: string; force?: boolean }>({
  action: oneOf("promote"),
  kid,
  force: optional({ ...flag, default: false, description: "Whoever does not have the key yet" }),
});

/** `POST /keys`. */
export const changeKeysSchema: Operation = {
  summary: "To publish a new rotating key, or to sign with it",
  body: json(named("KeyChange", { anyOf: [stage, promote] }), { action: "stage" }),
  response: {
    200: {
      description: "It is published, or signs",
      ...json({
        anyOf: [
          named("StageAnswer", objectOf<StageAnswer>({ staged: kid })),
          named("PromoteAnswer", objectOf<PromoteAnswer>({ promoted: kid })),
        ],
      }),
    },
  },
  errors: [
    ...bodyErrors,
    "unknown_key",
    "receivers_behind",
    "replaced_key",
    "too_many_keys",
    "not_supported_by_core",
    "core_unavailable",
  ],
};

const withdrawn = objectOf<WithdrawAnswer>({
  ...fieldsOfCut,
  withdrawn: kid,
  atCore: oneOf("dropped", "not_supported_by_core", "core_unavailable"),
});

/** `DELETE /keys/<kid>`. */
export const withdrawKeySchema: Operation = {
  summary: "The end of every token of a key, for good",
  params: objectOf<{ kid: string }>({ kid }),
  response: { 200: { description: "No token of it is good any more", ...json(named("WithdrawAnswer", withdrawn)) } },
  errors: [...bodyErrors, "unknown_key", "store_unavailable"],
};
