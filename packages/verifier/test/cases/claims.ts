import { accessClaims, now, signToken, without } from "../fake-issuer.ts";
import { access, accessText, each, type RefusedCase, refused, rotatingKey } from "./case.ts";

const issuers = [
  "evil",
  "",
  "auth",
  "auth-serve",
  "auth-server2",
  "xauth-server",
  "uth-serve",
  " auth-server",
  "auth-server\n",
  "auth-server:d-1",
  "auth-server%3A",
  "__proto__",
  "AUTH-SERVER",
  null,
  7,
  {},
];
const issuerLists = [[], ["auth-server"], ["auth-server", "evil"], ["evil", "auth-server"]];
const otherAudiences = ["m1", "m3", "", "M2", "auth-server", null, 2, { m2: true }];
const nearAudiences = ["m", "2", "m22", "xm2", "m2 ", " m2", "m2,m1"];
const audienceLists = [[], [""], ["m2"], ["m2", "m1"], ["m1", "m2"], [["m2"]]];
const subjects = [
  "",
  "M1",
  "m1 ",
  "m_1",
  "-m1",
  "m1-",
  "a".repeat(64),
  "__proto__",
  "auth-server",
  "operator",
  "operator:jane",
  "m1\n",
  "m1\0",
  "ｍ1",
  null,
  1,
  true,
  ["m1"],
  {},
];
const notSeconds = ["1800000000", "tomorrow", null, true, [], {}, [now], 1_800_000_000.5];
const times = ["iat", "exp", "nbf"] as const;

export const claimCases: RefusedCase[] = [
  ...refused(
    "wrong_issuer",
    each(issuers, "iss, whole or in part (CVE-2024-53861)", (iss) => access({ iss })),
  ),
  ...refused(
    "wrong_issuer",
    each(issuerLists, "iss as a list (CVE-2025-30144)", (iss) => access({ iss })),
  ),
  ...refused(
    "wrong_audience",
    each(otherAudiences, "aud of another (CVE-2018-6873, CVE-2024-5798)", (aud) => access({ aud })),
  ),
  ...refused(
    "wrong_audience",
    each(nearAudiences, "aud in part or with more (CVE-2024-53861)", (aud) => access({ aud })),
  ),
  ...refused(
    "wrong_audience",
    each(audienceLists, "aud as a list (CVE-2020-26160)", (aud) => access({ aud })),
  ),
  ...refused("wrong_issuer", { "right aud with wrong iss (m2m-auth: and for or)": access({ iss: "evil", aud: "m2" }) }),
  ...refused("wrong_audience", {
    "right iss with wrong aud (m2m-auth: and for or)": access({ iss: "auth-server", aud: "m9" }),
  }),
  ...refused(
    "wrong_subject",
    each(subjects, "sub", (sub) => access({ sub })),
  ),
  ...refused(
    "wrong_kind",
    each(["credential", "operator", "", null, ["access"], "ACCESS"], "token_use", (token_use) => access({ token_use })),
  ),
  ...refused(
    "wrong_jti",
    each(["", null, 7, ["jti-1"], {}], "jti", (jti) => access({ jti })),
  ),
  ...times.flatMap((name) =>
    refused(
      "wrong_times",
      each(notSeconds, `${name} that is no number (hono a5bd9ebe):`, (value) => access({ [name]: value })),
    ),
  ),
  ...times.flatMap((name) =>
    refused(
      "wrong_times",
      each(
        ["1e400", "-1e400", "9007199254740992", "1e300", "1.5", "-1"],
        `${name} that is no time (hono a5bd9ebe):`,
        (json) => accessText(name, json),
      ),
    ),
  ),
  ...refused(
    "wrong_scope",
    each(["", " ", "read  write", " read", 'a"b', "a\\b", 7, ["read"], null], "scope", (scope) => access({ scope })),
  ),
  ...refused(
    "unenforced_condition",
    each(["cnf", "methods", "paths", "act"], "a condition that is not enforced:", (name) =>
      access({ [name]: name === "act" ? null : {} }),
    ),
  ),
  ...(
    [
      ["no iss", "iss", "wrong_issuer"],
      ["no aud (CVE-2024-5798)", "aud", "wrong_audience"],
      ["no sub (m2m-auth: Hello to undefined)", "sub", "wrong_subject"],
      ["no iat", "iat", "wrong_times"],
      ["no exp (SPIRE 1.12.3)", "exp", "wrong_times"],
      ["no jti (m2m-auth: not revocable)", "jti", "wrong_jti"],
      ["no token_use", "token_use", "wrong_kind"],
    ] as const
  ).flatMap(([requirement, name, reason]) =>
    refused(reason, { [requirement]: signToken(rotatingKey, without(accessClaims, name)) }),
  ),
];

export const timeCases: RefusedCase[] = [
  ...refused("lives_too_long", {
    "exp in 100 years (m2m-auth: 100 years)": access({ exp: now + 3_153_600_000 }),
    "a second more than the longest life": access({ exp: now + 3_601 }),
    "exp that is not after iat": access({ exp: now, iat: now }),
  }),
  ...refused("expired", {
    "expired a minute ago": access({ iat: now - 360, exp: now - 60 }),
    "expired as long ago as the tolerance": access({ iat: now - 305, exp: now - 5 }),
  }),
  ...refused("issued_in_future", { "iat beyond the tolerance": access({ iat: now + 6 }) }),
  ...refused("not_yet_valid", { "nbf beyond the tolerance": access({ nbf: now + 6 }) }),
];
