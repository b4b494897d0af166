/** Which token is wanted. */
export interface WantedToken {
  readonly target: string;
  /** The token that this service was called with, where it is to call on with it. */
  readonly onBehalfOf?: string | undefined;
}
