import { type ActionEvent, type Actions, type ActionsDenial, ActionsError } from "@meshpass/actions";
import { audienceOf, settingsOf } from "@meshpass/policy";
import type { RequestDescription } from "./describe-request.ts";
import type { Allowed } from "./judge.ts";
import type { Refused } from "./proven-caller.ts";
import { chainOf } from "./subject-token.ts";

/**
 * What was allowed, with the claims that the operator's actions set; or the refusal, where one of them denies it or does not
 * come to an end.
 */
export async function hearActions(
  actions: Pick<Actions, "isEmpty" | "run">,
  judged: Allowed,
  request: RequestDescription,
): Promise<Allowed | Refused> {
  if (actions.isEmpty()) return judged;
  try {
    const outcome = await actions.run(eventOf(judged, request));
    if ("denied" in outcome) return deny(judged, outcome);
    // With the prototypes that the claims of a token have once it is read.
    return { ...judged, customClaims: JSON.parse(JSON.stringify(outcome.claims)) };
  } catch (cause) {
    if (!(cause instanceof ActionsError)) throw cause;
    return { ...refusedOf(judged), code: "server_error", reason: cause.code, cause };
  }
}

const refusedOf = ({ caller, target, snapshot, line }: Allowed) =>
  ({ allowed: false, caller, target, snapshot, line }) as const;

const deny = (judged: Allowed, { denied }: ActionsDenial): Refused => ({
  ...refusedOf(judged),
  code: denied.code,
  reason: "denied_by_action",
  description: denied.reason,
});

function eventOf(
  { caller, target, snapshot, scopes, requestedScopes }: Allowed,
  request: RequestDescription,
): ActionEvent {
  const { name } = caller;
  return {
    client: { client_id: name, name, metadata: settingsOf(snapshot.map, name).metadata },
    resource_server: { identifier: audienceOf(snapshot.map, target), name: target },
    request,
    accessToken: { scope: scopes, customClaims: {} },
    transaction: {
      requested_scopes: requestedScopes,
      ...(caller.subject === undefined ? {} : { chain: chainOf(caller) }),
    },
  };
}
