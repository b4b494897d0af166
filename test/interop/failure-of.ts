/** What `work` fails with, as plain data: libraries put what they were answered on their errors. */
export const failureOf = (work: Promise<unknown>): Promise<Readonly<Record<string, unknown>>> =>
  work.then(
    () => ({ error: "none" }),
    (failure: object) => failure as Readonly<Record<string, unknown>>,
  );
