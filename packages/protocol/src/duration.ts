const unitSeconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A length of time as people write it: `90s`, `5m`, `12h`, `30d`. */
export type Duration = `${number}${keyof typeof unitSeconds}`;

/**
 * Seconds in `text`, written `^[1-9][0-9]*[smhd]$`, at most nine digits; undefined if it is not written so.
 *
 * Does not check a range: what is too short or too long is for the reader of the value to say.
 */
export function parseDuration(text: unknown): number | undefined {
  const match = typeof text === "string" ? /^([1-9][0-9]{0,8})([smhd])$/.exec(text) : null;
  return match === null ? undefined : Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds];
}
