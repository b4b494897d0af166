import type { ColumnType } from "kysely";

/** How many tokens a client was given in its last window of each kind. */
interface QuotaCountRow {
  readonly client: string;
  readonly bucket: string;
  /** Seconds since 1970. */
  readonly starts_at: number;
  readonly tokens: number;
}

/** A table row's time: whole seconds since 1970. */
type Seconds = number;

/** One credential that was issued, never the credential itself. */
interface CredentialRow {
  readonly jti: string;
  readonly service: string;
  readonly issued_at: Seconds;
  readonly expires_at: Seconds;
  /** 1 for a development credential. */
  readonly dev: number;
  readonly revoked_at: ColumnType<Seconds | null, Seconds | null | undefined, Seconds>;
  readonly type: string;
  /** SHA-256 of a secret, in hex. */
  readonly secret_hash: ColumnType<string | null, string | null | undefined, never>;
  /** A key as a JWK with its kid, in JSON. */
  readonly public_key: ColumnType<string | null, string | null | undefined, never>;
}

/** An assertion that proved a client once, and must not do so again while it lives. */
interface UsedAssertionRow {
  readonly client: string;
  /** SHA-256 of its jti, which the client has chosen. */
  readonly jti_hash: string;
  readonly ends_at: Seconds;
}

/** A credential made straight at the core, known by the SHA-256 of its text since it was first shown. */
interface LegacyCredentialRow {
  readonly hash: string;
  readonly service: string;
  readonly first_used_at: Seconds;
}

/** A service whose legacy credentials are refused for good. */
interface LegacyCutRow {
  readonly service: string;
  readonly cut_at: Seconds;
}

/** A signing key of the core that is trusted no more, for good. */
interface WithdrawnKeyRow {
  readonly kid: string;
  readonly at: Seconds;
}

/** The maps that were in force, by their ever-growing number; the newest is the one in force. */
interface MapRow {
  readonly number: ColumnType<number, number, never>;
  readonly digest: string;
  /** The names in it, one a line: what a later map is compared with. */
  readonly services: string;
  readonly in_force_since: Seconds;
}

/** The newest map as it was compiled, to compare the next one with; one row. */
interface ResolvedMapRow {
  readonly number: number;
  /** What is in `resolved`, and means; another one cannot be read. */
  readonly format: number;
  /** Of `resolved`: what a damaged page holds must not be taken for a map. */
  readonly digest: string;
  readonly resolved: Uint8Array;
}

/** How long tokens lived whose edge names no lifetime, while the newest map was last in force; one row. */
interface DefaultLifetimeRow {
  /** Of the map. */
  readonly number: number;
  readonly seconds: number;
}

/** Where the cut-off feed stands; one row. */
export interface FeedRow {
  readonly epoch: number;
  readonly head: number;
  readonly hash: string;
}

/** The cuts of the feed's epoch that may still match a token, and the last ones besides. */
export interface CutRow {
  readonly epoch: number;
  readonly number: number;
  readonly ends: string;
  readonly at: Seconds;
  /** Null for never. */
  readonly leaves_at: Seconds | null;
  /** The number of the map from which it follows. */
  readonly map: number | null;
  /** Of an edge its caller, and of a jti the service whose it is, where that is known. */
  readonly caller: string | null;
}

/** Who gets no tokens whatever the map says. */
interface BlockRow {
  readonly caller: string;
  /** Empty for every target: in a primary key no two rows without a value are the same. */
  readonly target: string;
  readonly at: Seconds;
}

/** How far a receiver said that it has read the feed. */
interface ReceiverRow {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly epoch: number;
  readonly head: number;
  readonly last_heard_at: Seconds;
}

/** What an opaque token stands for; the token itself is nowhere. */
interface OpaqueTokenRow {
  readonly hash: string;
  readonly claims: string;
  readonly expires_at: Seconds;
}

/** Every table of the store. Queries are kysely's, so that another database can stand behind them. */
export interface Tables {
  readonly credentials: CredentialRow;
  readonly used_assertions: UsedAssertionRow;
  readonly legacy_credentials: LegacyCredentialRow;
  readonly legacy_cuts: LegacyCutRow;
  readonly withdrawn_keys: WithdrawnKeyRow;
  readonly maps: MapRow;
  readonly resolved_map: ResolvedMapRow;
  readonly default_lifetime: DefaultLifetimeRow;
  readonly feed: FeedRow;
  readonly cuts: CutRow;
  readonly blocks: BlockRow;
  readonly receivers: ReceiverRow;
  readonly opaque_tokens: OpaqueTokenRow;
  readonly quota_counts: QuotaCountRow;
}
