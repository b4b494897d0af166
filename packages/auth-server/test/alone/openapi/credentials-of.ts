import type { DocumentedOperation } from "./documented-operation.ts";
import type { Difference, Driver, Expected } from "./driven-request.ts";

type Alternative = DocumentedOperation["security"][number];

/** The header that shows one of the ways in. */
export function authorizationOf({ authorize }: Driver, alternative: Alternative = {}): Record<string, string> {
  const [scheme, roles] = Object.entries(alternative)[0] ?? [];
  return scheme === undefined ? {} : { authorization: authorize(scheme, roles?.[0]) };
}

const junk = [
  "Bearer",
  "Bearer a",
  "Bearer a.b.c",
  "Bearer e30.e30.a",
  "Basic",
  "Basic !",
  "Basic YQ",
  "Basic YTpi",
  "Digest a",
  "a",
  "",
];
const roles = ["none", "read", "edit", "issue"];

const asks = (alternative: Alternative): boolean => Object.keys(alternative).length > 0;

/** What comes of a request whose proof is none. */
function expectedOfJunk(security: readonly Alternative[]): Expected {
  if (security.length === 0) return "good";
  return security.every(asks) ? "refused" : "any";
}

/** Every way in, and what is none. */
export function credentialsOf(driver: Driver, { security }: DocumentedOperation): Difference[] {
  const expected = expectedOfJunk(security);
  const good = security.filter(asks).map((alternative) => authorizationOf(driver, alternative));
  const needed = security.flatMap(({ operatorToken = [] }) => operatorToken);
  const lower = needed.flatMap((role) => roles.slice(0, roles.indexOf(role)));
  const tooLow = lower.map((role) => driver.authorize("operatorToken", role));
  return [
    ...good.map((headers) => ({ headers, expected: "good" as const })),
    ...[...junk, ...tooLow].map((authorization) => ({ headers: { authorization }, expected })),
    { headers: {}, expected },
  ];
}
