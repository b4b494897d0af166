const explanations: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "you may not read it"],
  ["ELOOP", "its links lead in a circle"],
]);

/** Why a file cannot be read, from the `code` of the operating system; a code that is not known here stands for itself. */
export const describeReadFailure = (code: string): string => explanations.get(code) ?? code;
