/** SQLite takes 32,766 values in one statement: enough for so many rows of any table of ours. */
const chunkRows = 1_000;

/** `all` in pieces of which each goes into one statement. */
export const inChunks = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / chunkRows) }, (_, i) => all.slice(i * chunkRows, (i + 1) * chunkRows));
