import {
  accessClaims,
  bareCredentialClaims,
  credentialClaims,
  now,
  operatorClaims,
  signToken,
  without,
} from "../fake-issuer.ts";
import { credentials, each, legacy, operators, type RefusedCase, refused, staticKey } from "./case.ts";

export const kindCases: RefusedCase[] = [
  ...refused("wrong_audience", {
    "a credential shown to a service (m2m-auth: identity opens peers)": signToken(staticKey, credentialClaims),
  }),
  ...refused("wrong_audience", { "an operator token shown to a service": signToken(staticKey, operatorClaims) }),
  ...refused("wrong_audience", {
    "a bare 100-year credential shown to a service": signToken(staticKey, bareCredentialClaims),
  }),
  ...refused(
    "wrong_audience",
    {
      "an access token shown as a credential (m2m-auth: m2 replays what m1 sent it)": signToken(
        staticKey,
        accessClaims,
      ),
    },
    { options: credentials },
  ),
  ...refused(
    "wrong_kind",
    {
      "an access token for auth-server shown as a credential": signToken(staticKey, {
        ...accessClaims,
        aud: "auth-server",
      }),
    },
    { options: credentials },
  ),
  ...refused(
    "wrong_kind",
    { "a bare credential where none is taken": signToken(staticKey, bareCredentialClaims) },
    { options: credentials },
  ),
  ...refused(
    "lives_too_long",
    { "a credential of more than a year": signToken(staticKey, { ...credentialClaims, exp: now + 365 * 86_400 + 1 }) },
    { options: credentials },
  ),
  ...refused(
    "wrong_kind",
    {
      "a bare credential with a sixth claim": signToken(staticKey, { ...bareCredentialClaims, role: "issue" }),
      "a bare credential with a jti": signToken(staticKey, { ...bareCredentialClaims, jti: "x" }),
      "five claims of which one is not of the bare ones": signToken(staticKey, {
        ...without(accessClaims, "map"),
        aud: "auth-server",
      }),
    },
    { options: legacy },
  ),
  ...refused(
    "wrong_audience",
    { "an access token although bare credentials are taken": signToken(staticKey, accessClaims) },
    { options: legacy },
  ),
  ...refused(
    "expired",
    { "an expired bare credential": signToken(staticKey, { ...bareCredentialClaims, iat: now - 60, exp: now - 10 }) },
    { options: legacy },
  ),
  ...refused(
    "wrong_subject",
    each(
      [
        "jane",
        "operator:",
        "operator:-",
        "operator: jane",
        `operator:${"x".repeat(64)}`,
        "operator:a\nb",
        "m1",
        null,
        ["operator:jane"],
      ],
      "an operator with sub",
      (sub) => signToken(staticKey, { ...operatorClaims, sub }),
    ),
    { options: operators },
  ),
  ...refused(
    "lives_too_long",
    { "an operator token of more than 12 h": signToken(staticKey, { ...operatorClaims, exp: now + 43_201 }) },
    { options: operators },
  ),
];
