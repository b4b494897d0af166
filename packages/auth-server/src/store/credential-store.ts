import { endings, isCredentialType, type LegacyCredential } from "@meshpass/protocol";
import type { Kysely, Selectable } from "kysely";
import type { ClientJwk, KeptCredential } from "../credentials/kept-credential.ts";
import { appendCuts } from "./append-cuts.ts";
import { inTransaction } from "./in-transaction.ts";
import { insertLegacyCut, selectLegacyCuts } from "./legacy-cuts.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";

/** What the auth server must not forget about credentials. Every change is durable when its promise resolves. */
export interface CredentialStore {
  credentials(): Promise<readonly KeptCredential[]>;
  addCredential(credential: KeptCredential): Promise<void>;
  /** And cuts the tokens of its service as one change with it, unless `keepTokens`. */
  revokeCredential(jti: string, at: number, options?: { readonly keepTokens?: boolean }): Promise<void>;
  legacyCredentials(): Promise<readonly LegacyCredential[]>;
  /** At least one and at most 500 of them; one that is there keeps its first use. */
  addLegacyCredentials(credentials: readonly LegacyCredential[]): Promise<void>;
  /** The services whose legacy credentials are refused for good. */
  legacyCuts(): Promise<readonly string[]>;
  /** Revokes every credential of `service`, refuses its legacy ones for good and cuts its tokens, as one change. */
  cutService(service: string, at: number): Promise<void>;
  /** Drops the records of credentials that ended before `before`: nothing can show them any more. */
  forgetExpired(before: number): Promise<void>;
}

/** The part of the store in `database` that is about credentials. */
export function createCredentialStore(database: Kysely<Tables>): CredentialStore {
  const change = <T>(work: (store: Kysely<Tables>) => Promise<T>): Promise<T> =>
    retryWhileBusy(() => inTransaction(database, work));
  return {
    credentials: () => selectCredentials(database),
    addCredential: (credential) => retryWhileBusy(() => insertCredential(database, credential)),
    revokeCredential: (jti, at, { keepTokens = false } = {}) =>
      change((store) => revokeCredential(store, { jti, at, keepTokens })),
    legacyCredentials: () => selectLegacy(database),
    addLegacyCredentials: (credentials) => retryWhileBusy(() => insertLegacy(database, credentials)),
    legacyCuts: () => selectLegacyCuts(database),
    cutService: (service, at) => change((store) => cutService(store, service, at)),
    forgetExpired: (before) => retryWhileBusy(() => deleteExpired(database, before)),
  };
}

async function selectCredentials(database: Kysely<Tables>): Promise<readonly KeptCredential[]> {
  const rows = await database.selectFrom("credentials").selectAll().orderBy("issued_at").orderBy("jti").execute();
  return rows.map(toCredential);
}

function toCredential(row: Selectable<Tables["credentials"]>): KeptCredential {
  const { jti, service, type, issued_at, expires_at, dev, revoked_at, secret_hash, public_key } = row;
  if (!isCredentialType(type)) throw new Error("a credential is of a type that is not known here");
  return {
    jti,
    service,
    type,
    issuedAt: issued_at,
    expiresAt: expires_at,
    dev: dev === 1,
    revokedAt: revoked_at ?? undefined,
    ...(secret_hash === null ? {} : { secretHash: secret_hash }),
    ...(public_key === null ? {} : { publicKey: JSON.parse(public_key) as ClientJwk }),
  };
}

async function insertCredential(database: Kysely<Tables>, credential: KeptCredential): Promise<void> {
  const { jti, service, type, issuedAt, expiresAt, dev, revokedAt, secretHash, publicKey } = credential;
  const row = { jti, service, type, issued_at: issuedAt, expires_at: expiresAt, dev: dev ? 1 : 0 };
  const public_key = publicKey && JSON.stringify(publicKey);
  await database
    .insertInto("credentials")
    .values({ ...row, revoked_at: revokedAt, secret_hash: secretHash, public_key })
    .execute();
}

/** Revokes what the caller selects with `where`; what was revoked before keeps its time. */
const revoke = (database: Kysely<Tables>, at: number) =>
  database.updateTable("credentials").set({ revoked_at: at }).where("revoked_at", "is", null);

async function revokeCredential(
  store: Kysely<Tables>,
  { jti, at, keepTokens }: { jti: string; at: number; keepTokens: boolean },
): Promise<void> {
  await revoke(store, at).where("jti", "=", jti).execute();
  const credential = await store.selectFrom("credentials").select("service").where("jti", "=", jti).executeTakeFirst();
  if (credential === undefined || keepTokens) return;
  await appendCuts(store, [endings.caller(credential.service)], { at });
}

async function deleteExpired(database: Kysely<Tables>, before: number): Promise<void> {
  await database.deleteFrom("credentials").where("expires_at", "<", before).execute();
}

async function selectLegacy(database: Kysely<Tables>): Promise<readonly LegacyCredential[]> {
  const rows = await database.selectFrom("legacy_credentials").selectAll().orderBy("first_used_at").execute();
  return rows.map(({ hash, service, first_used_at }) => ({ hash, service, firstUsedAt: first_used_at }));
}

async function insertLegacy(database: Kysely<Tables>, credentials: readonly LegacyCredential[]): Promise<void> {
  const rows = credentials.map(({ hash, service, firstUsedAt }) => ({ hash, service, first_used_at: firstUsedAt }));
  await database
    .insertInto("legacy_credentials")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function cutService(store: Kysely<Tables>, service: string, at: number): Promise<void> {
  await revoke(store, at).where("service", "=", service).execute();
  await insertLegacyCut(store, service, at);
  await appendCuts(store, [endings.caller(service)], { at });
}
