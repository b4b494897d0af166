import { accessClaims, credentialClaims, delegatedClaims, type Json, now, signToken, without } from "../fake-issuer.ts";
import { credentials, each, type RefusedCase, refused, rotatingKey, staticKey } from "./case.ts";

/** The claims of a chain of `length` callers, a0 the first. */
export function chainOf(length: number): Json {
  const [sub, ...actors] = Array.from({ length }, (_, at) => `a${at}`);
  const act = actors.reduce<object | undefined>(
    (inner, actor) => ({ sub: actor, ...(inner && { act: inner }) }),
    undefined,
  );
  return { sub, act, parents: actors.map((actor) => ({ jti: `of-${actor}` })) };
}

const delegated = (changes: Json): string => signToken(rotatingKey, { ...delegatedClaims, ...changes });

const wrong: Record<string, Json> = {
  "no actor": { act: undefined },
  "no parents": { parents: undefined },
  "an actor that is none": { act: null },
  "an actor that is a text": { act: "m1" },
  "a list of actors": { act: [{ sub: "m1" }] },
  "an actor without a name": { act: {} },
  "an actor of a wrong name": { act: { sub: "M1" } },
  "an actor that is more than a name": { act: { sub: "m1", iss: "elsewhere" } },
  "an inner actor that is null": { act: { sub: "m1", act: null } },
  "the subject as its own actor": { act: { sub: "m3" } },
  "a name twice": { act: { sub: "m1", act: { sub: "m4", act: { sub: "m1" } } }, parents: Array(3).fill({ jti: "j" }) },
  "a chain longer than the longest": chainOf(9),
  "a chain that goes on and on": chainOf(60),
  "a parent too few": { parents: [] },
  "a parent too many": { parents: [{ jti: "a" }, { jti: "b" }] },
  "parents that are no list": { parents: { 0: { jti: "a" }, length: 1 } },
  "a parent without jti": { parents: [{ kid: "d-1" }] },
  "a parent with a jti that is none": { parents: [{ jti: "a b" }] },
  "a parent with a kid that is none": { parents: [{ jti: "a", kid: "a b" }] },
  "a parent that is more": { parents: [{ jti: "a", x: 1 }] },
};

const taken = { options: { onBehalfOf: true } } as const;

export const delegatedCases: RefusedCase[] = [
  ...refused("unenforced_condition", {
    "a delegated token where none is taken": delegated({}),
    "an access token that names an actor": signToken(rotatingKey, { ...accessClaims, act: { sub: "m9" } }),
  }),
  ...refused(
    "wrong_kind",
    { "a token that says it is delegated, without an actor": delegated({ act: undefined }) },
    { atFastify: "wrong_delegation" },
  ),
  ...refused(
    "unenforced_condition",
    { "an access token that names an actor, where delegated ones are taken": delegated({ token_use: "access" }) },
    taken,
  ),
  ...refused(
    "wrong_delegation",
    Object.fromEntries(Object.entries(wrong).map(([what, claims]) => [`delegated: ${what}`, delegated(claims)])),
    taken,
  ),
  ...refused(
    "wrong_subject",
    each([undefined, null, "M1", "auth-server"], "delegated: sub", (sub) => delegated({ sub })),
    taken,
  ),
  ...refused("expired", { "an expired delegated token": delegated({ iat: now - 60, exp: now - 10 }) }, taken),
  ...refused(
    "unenforced_condition",
    { "a delegated token that is bound to a key": delegated({ cnf: { jkt: "a".repeat(43) } }) },
    taken,
  ),
  ...refused(
    "unenforced_condition",
    {
      "a delegated token shown as a credential": signToken(staticKey, {
        ...delegatedClaims,
        ...without(credentialClaims, "sub"),
        token_use: "delegated",
      }),
    },
    { options: credentials },
  ),
];
