/** The day (UTC) of a time in seconds since 1970: `2026-11-22`. */
export const dayOf = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 10);
