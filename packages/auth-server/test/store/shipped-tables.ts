/** The tables of a store of the version that knew no cuts, as it made them; credentials were JWTs alone. */
export const shippedTables = `
  create table "credentials" ("jti" text primary key, "service" text not null, "issued_at" bigint not null,
    "expires_at" bigint not null, "dev" integer not null, "revoked_at" bigint);
  create table "legacy_credentials" ("hash" text primary key, "service" text not null, "first_used_at" bigint not null);
  create table "legacy_cuts" ("service" text primary key, "cut_at" bigint not null);
  create table "maps" ("number" bigint primary key, "digest" text not null, "services" text not null,
    "in_force_since" bigint not null);
`;
