import {
  bodyErrors,
  json,
  listOf,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  seconds,
} from "@meshpass/http-server/openapi";
import type { Block, BlockList, BlockRequest, UnblockAnswer } from "@meshpass/protocol";
import { serviceName } from "../openapi/fields.ts";
import { cutAnswer } from "./cut-schemas.ts";

const block = objectOf<Block>({ caller: serviceName, target: optional(serviceName), at: seconds });

/** `GET /blocks`. */
export const listBlocksSchema: Operation = {
  summary: "Who gets no new tokens until further notice",
  response: {
    200: { description: "The blocks", ...json(named("BlockList", objectOf<BlockList>({ blocks: listOf(block) }))) },
  },
};

const request = objectOf<BlockRequest>({ caller: serviceName, target: optional(serviceName) });

/** `POST /blocks`. */
export const blockSchema: Operation = {
  summary: "No new tokens for a caller, or for one edge, and an end to those that there are",
  body: json(named("BlockRequest", request), { caller: "m1", target: "m2" }),
  response: { 200: { description: "It holds", ...json(cutAnswer) } },
  errors: [...bodyErrors, "store_unavailable"],
};

const unblock = {
  summary: "The end of a block",
  response: {
    200: {
      description: "There is none any more",
      ...json(named("UnblockAnswer", objectOf<UnblockAnswer>({ lifted: oneOf(true) }))),
    },
  },
  errors: [...bodyErrors, "unknown_block", "store_unavailable"],
} as const satisfies Operation;

/** `DELETE /blocks/<caller>`. */
export const unblockCallerSchema: Operation = {
  ...unblock,
  params: objectOf<{ caller: string }>({ caller: serviceName }),
};

/** `DELETE /blocks/<caller>/<target>`. */
export const unblockEdgeSchema: Operation = {
  ...unblock,
  params: objectOf<{ caller: string; target: string }>({ caller: serviceName, target: serviceName }),
};
