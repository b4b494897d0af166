/**
 * What `work` gives; what it throws as a rejection, so that who asks for several things at once is not left with a promise
 * that nobody waits for.
 */
export function orReject<T>(work: () => T | Promise<T>): T | Promise<T> {
  try {
    return work();
  } catch (error) {
    return Promise.reject(error);
  }
}
