/** Ends a request with `status` and one line of text. Thrown by whichever check fails first, answered in one place. */
export class Refusal extends Error {
  readonly status: number;

  /** @param text fixed text, the real core's own words where it has any. */
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}
