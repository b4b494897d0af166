import type { ActionApi, DenyCode } from "../action.ts";
import type { Claims } from "./claims.ts";
import { denyCodes, maxReasonLength } from "./messages.ts";

/** What one action does to one request, seen from outside of it. */
export interface ActionHold {
  readonly api: ActionApi;
  /** What it refused with, if it did. */
  denial(): { readonly code: DenyCode; readonly reason: string } | undefined;
  /** From now on the functions of its `api` end with an error: what an action left running changes nothing any more. */
  end(): void;
}

/** An `api` for one action and one request; `onIgnored` is told each protected claim that it set. */
export function holdAction(claims: Claims, onIgnored: (claim: string) => void): ActionHold {
  let denied: ReturnType<ActionHold["denial"]>;
  let hasEnded = false;

  function checkRunning(): void {
    if (hasEnded) throw new Error("the action has ended");
  }

  function deny(code: DenyCode, reason: string): void {
    checkRunning();
    if (!denyCodes.has(code)) throw new TypeError("deny takes invalid_scope, invalid_request or server_error");
    if (typeof reason !== "string" || reason === "" || reason.length > maxReasonLength) {
      throw new TypeError(`deny takes a reason of 1 to ${maxReasonLength} characters`);
    }
    denied ??= { code, reason };
  }

  function setCustomClaim(name: string, value: unknown): void {
    checkRunning();
    if (!claims.set(name, value)) onIgnored(name);
  }

  const api = Object.freeze({
    access: Object.freeze({ deny }),
    accessToken: Object.freeze({ setCustomClaim }),
  });
  return {
    api,
    denial: () => denied,
    end: () => {
      hasEnded = true;
    },
  };
}
