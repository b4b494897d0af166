/**
 * Why no actions could be run. Each of the second group means that no token may be minted.
 *
 * - `unsafe_folder`: others can change what would run. `unreadable_folder`: it cannot be read.
 * - `invalid_action`: a file is no action, or does not load.
 *
 * - `action_failed`: an action ended with an error.
 * - `time_limit`: the actions took too long, and their process was killed.
 * - `child_died`: their process ended in the middle of it.
 * - `bad_answer`: what came out of their process is no answer, and it was killed.
 * - `event_too_large`: what the actions would be told of is more than they are told.
 * - `overloaded`: too many requests wait, or this one has waited too long.
 * - `closed`: `close` was called.
 */
export type ActionsErrorCode =
  | "unsafe_folder"
  | "unreadable_folder"
  | "invalid_action"
  | "action_failed"
  | "time_limit"
  | "child_died"
  | "bad_answer"
  | "event_too_large"
  | "overloaded"
  | "closed";

/** The only error that this package ends with, beside `TypeError` for a mistake in the calling code. */
export class ActionsError extends Error {
  override readonly name = "ActionsError";
  readonly code: ActionsErrorCode;

  /** `message` is one line for the operator's log, not for a client: it may hold what an action threw. */
  constructor(code: ActionsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
