import type { ColumnType } from "kysely";

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

/** The maps that were in force, by their ever-growing number; the newest is the one in force. */
interface MapRow {
  readonly number: ColumnType<number, number, never>;
  readonly digest: string;
  /** The names in it, one a line: what a later map is compared with. */
  readonly services: string;
  readonly in_force_since: Seconds;
}

/** Every table of the store. Queries are kysely's, so that another database can stand behind them. */
export interface Tables {
  readonly credentials: CredentialRow;
  readonly legacy_credentials: LegacyCredentialRow;
  readonly legacy_cuts: LegacyCutRow;
  readonly maps: MapRow;
}
