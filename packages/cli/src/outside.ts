import type { OpenActions } from "./actions/open-actions.ts";
import type { OperatorClient } from "./operator-client.ts";
import type { Paint, Report } from "./report.ts";
import type { OpenMap } from "./with-map.ts";

/** What the commands reach the world through. */
export interface Outside {
  /** Opens `file`, or standard input for `-`. */
  readonly open: OpenMap;
  readonly nowSeconds: () => number;
  /** The map that is meant where none is named. */
  readonly mapFile: string;
  readonly paint: Paint;
  readonly print: (report: Report) => void;
  readonly operator: OperatorClient;
  /** Says a line before a command does what it was told. */
  readonly warn: (line: string) => void;
  /** Shows `line` in place of the last one to a person who waits; an empty one takes it away. */
  readonly progress: (line: string) => void;
  /** ms on a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Puts a secret into a file that this user alone can read. */
  readonly writeSecret: (path: string, text: string) => Promise<void>;
  /** The file in which a service finds its credential: `start` looks for the JWT there. */
  readonly credentialPath: (service: string, type: "jwt" | "secret") => string;
  readonly openActions: OpenActions;
}
