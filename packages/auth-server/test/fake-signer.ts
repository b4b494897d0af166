import { createSign, generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, randomUUID } from "node:crypto";

/** A key of a core. It signs with node:crypto, so that nothing is checked by the library that made it. */
export interface FakeKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

export type Claims = Readonly<Record<string, unknown>>;

/** Making a pair takes a tenth of a second: those of a process come in turn, and no test holds as many as there are. */
const pairs = { made: [] as KeyPairKeyObjectResult[], next: 0, most: 12 };

function nextPair(): KeyPairKeyObjectResult {
  const place = pairs.next++ % pairs.most;
  pairs.made[place] ??= generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return pairs.made[place];
}

export function createFakeKey(kid: string): FakeKey {
  const { privateKey, publicKey } = nextPair();
  const { n, e } = publicKey.export({ format: "jwk" });
  return { kid, privateKey, publicKey, jwk: { kty: "RSA", kid, n, e, alg: "RS256", use: "sig" } };
}

export const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** `claims` as `key` signs them; `header` may say something else of it. */
export function signClaims(key: FakeKey, claims: Claims, header: Claims = {}): string {
  const input = `${encode({ kid: key.kid, typ: "JWT", alg: "RS256", ...header })}.${encode(claims)}`;
  return `${input}.${createSign("RSA-SHA256").update(input).sign(key.privateKey).toString("base64url")}`;
}

/** The claims of `token`, unchecked. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

/** The kid of `token`, unchecked. */
export const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;

/** The keys of a core, and how it signs with them: by default as it is asked to. */
export interface FakeSigner {
  staticKey: FakeKey;
  rotatingKey: FakeKey;
  /** Published, and not signing yet. */
  stagedKey: FakeKey | undefined;
  /** Keys that sign but are not published. */
  readonly hidden: Set<FakeKey>;
  /** What becomes of the claims before they are signed; a test makes it lie. */
  alter: (claims: Claims) => Claims;
  sign(claims: Claims, key: "static" | "rotating"): Promise<string>;
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
  listKeys(): { kid: string; family: string; state: string }[];
  /** Does what the embedded core does, and gives the key's kid; undefined for a kid that there is not. */
  changeKeys(change: { action: string; kid?: string }): string | undefined;
}

export function createFakeSigner(): FakeSigner {
  let made = Date.now();
  const newRotating = () => createFakeKey(`d-${made++}`);
  const published = () => [signer.stagedKey, signer.rotatingKey, signer.staticKey].filter((key) => key !== undefined);
  const dropped = (kid: string | undefined): boolean => {
    if (kid === signer.stagedKey?.kid) signer.stagedKey = undefined;
    else if (kid === signer.staticKey.kid) signer.staticKey = createFakeKey(`s-${randomUUID()}`);
    else if (kid === signer.rotatingKey.kid) {
      signer.rotatingKey = signer.stagedKey ?? newRotating();
      signer.stagedKey = undefined;
    } else return false;
    return true;
  };
  const signer: FakeSigner = {
    staticKey: createFakeKey(`s-${randomUUID()}`),
    rotatingKey: newRotating(),
    stagedKey: undefined,
    hidden: new Set(),
    alter: (claims) => claims,
    sign: async (claims, key) =>
      signClaims(key === "static" ? signer.staticKey : signer.rotatingKey, signer.alter(claims)),
    jwks: async () => ({
      keys: published()
        .filter((key) => !signer.hidden.has(key))
        .map(({ jwk }) => jwk),
    }),
    listKeys: () =>
      published().map((key) => ({
        kid: key.kid,
        family: key.kid.startsWith("s-") ? "static" : "dynamic",
        state: key === signer.stagedKey ? "staged" : "signing",
      })),
    changeKeys: ({ action, kid }) => {
      if (action === "drop") return dropped(kid) ? kid : undefined;
      if (action === "stage") {
        signer.stagedKey ??= newRotating();
        return signer.stagedKey.kid;
      }
      if (kid === signer.stagedKey?.kid && signer.stagedKey !== undefined) {
        signer.rotatingKey = signer.stagedKey;
        signer.stagedKey = undefined;
      }
      return kid === signer.rotatingKey.kid ? kid : undefined;
    },
  };
  return signer;
}
