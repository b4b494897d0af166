import type { ActionEvent, OnExecuteCredentialsExchange } from "../action.ts";
import { holdAction } from "./action-api.ts";
import { type Claims, createClaims } from "./claims.ts";
import { describeFailure } from "./describe-failure.ts";
import { maxIgnored, type Verdict } from "./messages.ts";
import { copyPlainData } from "./plain-data.ts";

/** An action that loaded. */
export interface LoadedAction {
  readonly name: string;
  readonly run: OnExecuteCredentialsExchange;
}

const maxEventDepth = 24;

/**
 * Runs `actions` one after the other on `event`, as it came out of JSON, until one refuses or fails. Each sees the
 * claims that those before it set. `onStart` is told whose turn it is.
 */
export async function runActions(
  actions: readonly LoadedAction[],
  event: unknown,
  onStart: (action: string) => void,
): Promise<Verdict> {
  const given = copyPlainData(event, maxEventDepth) as ActionEvent;
  const claims = createClaims();
  const ignored: { action: string; claim: string }[] = [];
  for (const { name, run } of actions) {
    onStart(name);
    const note = (claim: string): void => {
      if (ignored.length < maxIgnored) ignored.push({ action: name, claim });
    };
    const { api, denial, end } = holdAction(claims, note);
    try {
      await run(withClaims(given, claims), api);
    } catch (thrown) {
      return { failed: { action: name, text: describeFailure(thrown) } };
    } finally {
      end();
    }
    const denied = denial();
    if (denied !== undefined) return { denied: { ...denied, action: name } };
  }
  return { claims: claims.all(), ignored };
}

function withClaims(event: ActionEvent, claims: Claims): ActionEvent {
  const accessToken = { __proto__: null, scope: event.accessToken.scope, customClaims: claims.all() };
  return Object.freeze({ __proto__: null, ...event, accessToken: Object.freeze(accessToken) });
}
