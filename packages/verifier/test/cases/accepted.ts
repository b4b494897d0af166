import {
  accessClaims,
  bareCredentialClaims,
  credentialClaims,
  delegatedClaims,
  now,
  operatorClaims,
  signToken,
} from "../fake-issuer.ts";
import { type AcceptedCase, access, credentials, good, legacy, operators, rotatingKey, staticKey } from "./case.ts";
import { chainOf } from "./delegated.ts";
import { loose } from "./spelling.ts";

const longest = chainOf(8);

export const acceptedCases: readonly AcceptedCase[] = [
  { requirement: "an access token of a rotating key", token: good, name: "m1" },
  { requirement: "an access token of a static key", token: signToken(staticKey, accessClaims), name: "m1" },
  { requirement: "a payload whose last character has unused bits that are not set", token: loose, name: "m1" },
  { requirement: "a name of 63 characters", token: access({ sub: "a".repeat(63) }), name: "a".repeat(63) },
  { requirement: "sub constructor, which is just a name", token: access({ sub: "constructor" }), name: "constructor" },
  { requirement: "exp passed by less than the tolerance", token: access({ iat: now - 304, exp: now - 4 }), name: "m1" },
  { requirement: "iat ahead by the tolerance", token: access({ iat: now + 5 }), name: "m1" },
  { requirement: "nbf ahead by the tolerance", token: access({ nbf: now + 5 }), name: "m1" },
  { requirement: "the longest life", token: access({ exp: now + 3_600 }), name: "m1" },
  { requirement: "a scope", token: access({ scope: "read write:all" }), name: "m1" },
  { requirement: "claims that no rule names", token: access({ x: { deep: [{ er: null }] }, "": 1 }), name: "m1" },
  {
    requirement: "a colon, a quote and a backslash inside a string",
    token: access({ x: '":\\', '"y":': "{" }),
    name: "m1",
  },
  {
    requirement: "a life of 24 h where the verifier is told so",
    token: access({ exp: now + 86_400 }),
    name: "m1",
    options: { maxLifetimeSeconds: 86_400 },
  },
  {
    requirement: "the other of two issuers",
    token: access({ iss: "https://auth.example" }),
    name: "m1",
    options: { issuers: ["auth-server", "https://auth.example"] },
  },
  { requirement: "a credential", token: signToken(staticKey, credentialClaims), name: "m1", options: credentials },
  {
    requirement: "a credential where bare ones are taken too",
    token: signToken(staticKey, credentialClaims),
    name: "m1",
    options: legacy,
  },
  {
    requirement: "a bare credential where they are taken",
    token: signToken(staticKey, bareCredentialClaims),
    name: "m1",
    options: legacy,
  },
  {
    requirement: "a delegated token where they are taken, of who calls now (RFC 8693 section 4.1)",
    token: signToken(rotatingKey, delegatedClaims),
    name: "m1",
    options: { onBehalfOf: true },
  },
  {
    requirement: "a delegated token of the longest chain",
    token: signToken(rotatingKey, { ...delegatedClaims, ...longest }),
    name: "a7",
    options: { onBehalfOf: true },
  },
  {
    requirement: "a plain access token where delegated ones are taken too",
    token: good,
    name: "m1",
    options: { onBehalfOf: true },
  },
  { requirement: "an operator token", token: signToken(staticKey, operatorClaims), name: "jane", options: operators },
];
