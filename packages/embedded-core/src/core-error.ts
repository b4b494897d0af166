/**
 * What can keep the core from starting: a setting that makes no sense, a port that cannot be had, or a state folder that is
 * unusable or not private.
 */
export type CoreErrorCode = "invalid_setting" | "port_unavailable" | "state_unusable";

/** Says in one line what happened, where, and what to do. */
export class CoreError extends Error {
  override readonly name = "CoreError";
  readonly code: CoreErrorCode;

  constructor(code: CoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
