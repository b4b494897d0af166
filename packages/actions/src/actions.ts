import type { ActionEvent, DenyCode } from "./action.ts";

/** A claim that an action set and that is not in the token. */
export interface ProtectedClaimWarning {
  readonly code: "protected_claim";
  readonly action: string;
  readonly message: string;
}

/** That no token may be given out. `code` and `reason` are for the caller to be told, `action` for the log. */
export interface ActionsDenial {
  readonly denied: { readonly code: DenyCode; readonly reason: string; readonly action: string };
}

/** That a token may be given out, as far as the actions have a say. */
export interface ActionsGrant {
  /** For the token: names that none of our tokens uses, with JSON values; all of it frozen and without prototypes. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly warnings: readonly ProtectedClaimWarning[];
}

/** What the actions say to one request. */
export type ActionsOutcome = ActionsDenial | ActionsGrant;

/** Something that an operator should see to. `message` is one line and safe to print. */
export interface ActionsWarning {
  /** `actions_stale`: what was saved does not load, and what loaded last stays in force. `child_restarted`: what it says. */
  readonly code: "actions_stale" | "child_restarted";
  readonly message: string;
}

/** A line that an action wrote with `console`, or, without `action`, that says which actions are in force now. */
export interface ActionLog {
  readonly action: string | undefined;
  readonly text: string;
}

export interface ActionsStatus {
  /** The names of the files in force, in the order in which they run. */
  readonly actions: readonly string[];
  /** When they came into force, in ms since 1970. */
  readonly loadedAt: number;
  /** How many requests ended with an `ActionsError` since the start. */
  readonly failures: number;
  /** How often the process of the actions ended without having been told to. */
  readonly restarts: number;
  /** Why what was saved last is not in force; undefined where it is. */
  readonly problem: string | undefined;
}

/** The operator's actions, in force. */
export interface Actions {
  /** Whether there are none: `run` answers at once then, and no process exists. */
  isEmpty(): boolean;
  /**
   * Runs the actions that are in force on `event`, one after the other. `event.request.body` is handed on without its
   * secrets; `event.accessToken.customClaims` begins empty, whatever is given.
   *
   * Does not check that what `event` says is so, and mints nothing: of the outcome, a refusal is for the caller to answer.
   *
   * @throws ActionsError: then no token may be minted
   */
  run(event: ActionEvent): Promise<ActionsOutcome>;
  status(): ActionsStatus;
  /** Kills the process and ends what runs with the code `closed`. Until then the process keeps ours from ending. */
  close(): Promise<void>;
}
