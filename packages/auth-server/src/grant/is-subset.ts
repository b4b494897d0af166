/** Whether everything in `some` is in `all`. */
export const isSubset = (some: readonly string[], all: readonly string[]): boolean =>
  some === all || some.every((one) => all.includes(one));
