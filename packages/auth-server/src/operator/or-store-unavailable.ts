import { HttpError } from "@meshpass/http-server";

/**
 * What `work` gives. A change that is not stored has not happened, and the operator must be told so.
 *
 * @throws HttpError `store_unavailable` for whatever went wrong that has no code of its own
 */
export async function orStoreUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof HttpError ? cause : new HttpError("store_unavailable", { cause });
  }
}
