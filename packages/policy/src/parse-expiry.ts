const secondsOfDay = 86_400;
const date = /^(\d{4}-\d\d-\d\d)$/;
const dateTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i;

/**
 * The second since 1970 at which something that `expires` at `text` has ended: for a date the end of that day in UTC,
 * else the RFC 3339 time itself, its fraction cut off. Undefined if `text` is neither, or names a day or an hour that
 * does not exist. Leap seconds are not accepted.
 */
export function parseExpiry(text: string): number | undefined {
  const day = date.exec(text)?.[1];
  if (day !== undefined) {
    const start = parseUtc(`${day}T00:00:00`);
    return start === undefined ? undefined : start + secondsOfDay;
  }
  const [, local, sign, hours, minutes] = dateTime.exec(text) ?? [];
  const seconds = local === undefined ? undefined : parseUtc(local.toUpperCase());
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60;
  return seconds === undefined ? undefined : seconds - (sign === "-" ? -offset : offset);
}

function parseUtc(dateTimeText: string): number | undefined {
  const milliseconds = Date.parse(`${dateTimeText}Z`);
  // Date.parse takes 31 days for every month and moves on to the next one: what comes back must be what went in.
  const exists = !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(dateTimeText);
  return exists ? milliseconds / 1_000 : undefined;
}
