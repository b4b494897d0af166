import { hasFields, isCount, isFlag, isListOf, isText, optional } from "../shape.ts";

/** What the status says of the map; every problem of the file stands beside it, as the map's compiler gives it. */
export interface MapStatus {
  readonly file: string;
  /** Of the map in force; undefined until there is a first one. */
  readonly number?: number | undefined;
  /** Whether the file is not what is in force. */
  readonly stale: boolean;
  /** Why, where nothing is wrong with the map itself. */
  readonly failure?: string | undefined;
}

/** What `GET /status` answers: the details of readiness. */
export interface ServerStatus {
  readonly ok: boolean;
  /** What is missing, and what only limits the work. */
  readonly codes: readonly string[];
  readonly map: MapStatus;
}

export const isServerStatus = hasFields<ServerStatus>({
  ok: isFlag,
  codes: isListOf(isText),
  map: hasFields<MapStatus>({ file: isText, number: optional(isCount), stale: isFlag, failure: optional(isText) }),
});
