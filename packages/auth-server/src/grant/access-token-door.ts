import { objectBody } from "@meshpass/http-server";
import { settingsOf } from "@meshpass/policy";
import { issuerName, parseServiceName } from "@meshpass/protocol";
import { authenticateBearer, type BearerDependencies } from "../credentials/authenticate-bearer.ts";
import { asksForNew } from "../mint/asks-for-new.ts";
import { describeRequest } from "./describe-request.ts";
import type { Door, Wanted } from "./door.ts";
import { type Known, refuse } from "./proven-caller.ts";

/** What somebody sent to `POST /accesstoken`: the raw headers as Node gives them, and a parsed body. */
export interface AccessTokenRequest {
  /** Of the connection. */
  readonly address: string;
  readonly rawHeaders: readonly string[];
  readonly body: unknown;
}

/** `POST /accesstoken {"target"}` with a credential as bearer token: everything that the edge grants. */
export const createAccessTokenDoor = (dependencies: BearerDependencies): Door<AccessTokenRequest> => ({
  authenticate: ({ rawHeaders }) => authenticateBearer(dependencies, rawHeaders),
  readWanted: ({ body }, _, { map }) => {
    const wanted = readTarget(body);
    const isOpaque = "value" in wanted && settingsOf(map, wanted.value.target).tokenFormat === "opaque";
    return isOpaque ? refuse("oauth_required", "oauth_required") : wanted;
  },
  asksForNew: ({ rawHeaders }) => asksForNew(rawHeaders),
  claimsFor: () => ({ iss: issuerName }),
  describe: ({ address, rawHeaders, body }) => describeRequest(address, rawHeaders, body as Record<string, unknown>),
});

function readTarget(body: unknown): Known<Wanted> {
  try {
    const target = parseServiceName(objectBody(body, ["target"]).target);
    return target === undefined ? refuse("invalid_target", "invalid_target") : { value: { target, scopes: undefined } };
  } catch {
    return refuse("invalid_request", "invalid_request");
  }
}
