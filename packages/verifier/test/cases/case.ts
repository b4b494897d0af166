import type { Refusal, VerifierOptions } from "../../src/index.ts";
import { accessClaims, createSigningKey, headerOf, type Json, signRaw, signToken } from "../fake-issuer.ts";

export const rotatingKey = createSigningKey("d-1795308441150");
export const staticKey = createSigningKey("s-6d18c712");
export const strangerKey = { ...createSigningKey("d-stranger"), kid: rotatingKey.kid };

/** One token that no receiver may take. */
export interface RefusedCase {
  readonly requirement: string;
  readonly token: string;
  readonly reason: Refusal;
  /** The reason at the Fastify door, where it is another: a header cannot carry the text. */
  readonly atFastify?: Refusal;
  readonly options?: Partial<VerifierOptions>;
}

export interface AcceptedCase {
  readonly requirement: string;
  readonly token: string;
  readonly name: string;
  readonly options?: Partial<VerifierOptions>;
}

export const credentials = { kind: "credential", audience: "auth-server" } as const;
export const operators = { kind: "operator", audience: "meshpass:operator" } as const;
export const legacy = { ...credentials, legacyCredentials: true } as const;

export const good = signToken(rotatingKey, accessClaims);
export const [goodHeader = "", goodPayload = "", goodSignature = ""] = good.split(".");
export const access = (changes: Json): string => signToken(rotatingKey, { ...accessClaims, ...changes });

/** Payload text in which `json` stands for the value of `name`: for numbers that JSON.stringify would not write. */
export const accessText = (name: string, json: string): string =>
  signToken(rotatingKey, JSON.stringify({ ...accessClaims, [name]: "@" }).replace('"@"', json));

export const headerWith = (more: Json): string =>
  signRaw(rotatingKey, { ...headerOf(rotatingKey), ...more }, accessClaims);

export const refused = (
  reason: Refusal,
  tokens: Record<string, string>,
  more: Partial<RefusedCase> = {},
): RefusedCase[] => Object.entries(tokens).map(([requirement, token]) => ({ requirement, token, reason, ...more }));

export const each = <T>(values: readonly T[], name: string, token: (value: T) => string): Record<string, string> =>
  Object.fromEntries(values.map((value) => [`${name} ${JSON.stringify(value)}`, token(value)]));
