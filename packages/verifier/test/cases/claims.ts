import { accessClaims, now, signToken, without } from "../fake-issuer.ts";
import { access, accessText, each, type RefusedCase, refused, rotatingKey } from "./case.ts";

const issuers = [
  "evil",
  "",
  "auth",
  "auth-serve",
  "auth-server2",
  "xauth-server",
  " auth-server",
  "AUTH-SERVER",
  null,
  7,
  [],
  ["auth-server"],
  ["auth-server", "evil"],
  {},
];
const audiences = [
  "m1",
  "m3",
  "",
  "m",
  "m22",
  "xm2",
  "m2 ",
  "M2",
  "m2,m1",
  null,
  2,
  [],
  [""],
  ["m2"],
  ["m2", "m1"],
  { m2: true },
  "auth-server",
];
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
    each(issuers, "iss", (iss) => access({ iss })),
  ),
  ...refused(
    "wrong_audience",
    each(audiences, "aud", (aud) => access({ aud })),
  ),
  ...refused("wrong_issuer", { "right aud with wrong iss": access({ iss: "evil", aud: "m2" }) }),
  ...refused("wrong_audience", { "right iss with wrong aud": access({ iss: "auth-server", aud: "m9" }) }),
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
      each(notSeconds, name, (value) => access({ [name]: value })),
    ),
  ),
  ...times.flatMap((name) =>
    refused(
      "wrong_times",
      each(["1e400", "-1e400", "9007199254740992", "1e300", "1.5"], name, (json) => accessText(name, json)),
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
      ["iss", "wrong_issuer"],
      ["aud", "wrong_audience"],
      ["sub", "wrong_subject"],
      ["iat", "wrong_times"],
      ["exp", "wrong_times"],
      ["jti", "wrong_jti"],
      ["token_use", "wrong_kind"],
    ] as const
  ).flatMap(([name, reason]) =>
    refused(reason, { [`no ${name}`]: signToken(rotatingKey, without(accessClaims, name)) }),
  ),
];

export const timeCases: RefusedCase[] = [
  ...refused("lives_too_long", {
    "exp in 100 years": access({ exp: now + 3_153_600_000 }),
    "a second more than the longest life": access({ exp: now + 3_601 }),
    "exp that is not after iat": access({ exp: now, iat: now }),
    "exp of -1": access({ exp: -1 }),
  }),
  ...refused("expired", {
    "expired a minute ago": access({ iat: now - 360, exp: now - 60 }),
    "expired as long ago as the tolerance": access({ iat: now - 305, exp: now - 5 }),
  }),
  ...refused("issued_in_future", { "iat beyond the tolerance": access({ iat: now + 6 }) }),
  ...refused("not_yet_valid", { "nbf beyond the tolerance": access({ nbf: now + 6 }) }),
];
