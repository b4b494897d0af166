type Jose = typeof import("jose");

let loading: Promise<Jose> | undefined;

/** With the first token that it checks: who needs it never starts without it. */
export const loadJose = (): Promise<Jose> => {
  loading ??= import("jose");
  return loading;
};
