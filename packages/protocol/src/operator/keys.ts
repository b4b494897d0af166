import { hasFields, isCount, isListOf, isMs, isOneOf, isSeconds, isText, optional } from "../shape.ts";
import { type CutAnswer, fieldsOfCut } from "./cuts.ts";

const families = ["static", "rotating"] as const;
const states = ["signing", "staged", "published", "withdrawn"] as const;
const cores = ["embedded", "other", "unreachable"] as const;
const steps = ["wait", "promote"] as const;
const drops = ["dropped", "not_supported_by_core", "core_unavailable"] as const;

/** One signing key of the core. */
export interface ListedKey {
  readonly kid: string;
  /** Static keys sign what lives long; rotating ones follow one another. */
  readonly family: (typeof families)[number];
  /** `published`: it verifies what it signed; whether it signs is not known of a core that does not say. */
  readonly state: (typeof states)[number];
  /** Seconds since 1970. */
  readonly withdrawnAt?: number | undefined;
}

/** A live receiver that does not have the staged key; `lastHeardAt` in ms since 1970. */
export interface ReceiverBehind {
  readonly service: string;
  readonly instance: string;
  readonly lastHeardAt: number;
}

/** How far the staged key is. */
export interface Rotation {
  readonly kid: string;
  /** `promote` once nobody has to be waited for. */
  readonly next: (typeof steps)[number];
  /** How many live receivers have it, and how many there are. */
  readonly holding: number;
  readonly receivers: number;
  readonly behind: readonly ReceiverBehind[];
}

/** What `GET /keys` answers. */
export interface KeyList {
  /** Which core signs: ours, whose keys can be changed, another one, or none that answers. */
  readonly core: (typeof cores)[number];
  /** Those that are published, and those that were withdrawn. */
  readonly keys: readonly ListedKey[];
  /** Undefined where no key is staged. */
  readonly rotation?: Rotation | undefined;
}

const isBehind = hasFields<ReceiverBehind>({ service: isText, instance: isText, lastHeardAt: isMs });

export const isKeyList = hasFields<KeyList>({
  core: isOneOf(...cores),
  keys: isListOf(
    hasFields<ListedKey>({
      kid: isText,
      family: isOneOf(...families),
      state: isOneOf(...states),
      withdrawnAt: optional(isSeconds),
    }),
  ),
  rotation: optional(
    hasFields<Rotation>({
      kid: isText,
      next: isOneOf(...steps),
      holding: isCount,
      receivers: isCount,
      behind: isListOf(isBehind),
    }),
  ),
});

/** What `POST /keys` asks for: to publish a new rotating key, or to sign with it. */
export type KeyChange =
  | { readonly action: "stage" }
  | { readonly action: "promote"; readonly kid: string; readonly force?: boolean | undefined };

/** The kid that was staged. */
export interface StageAnswer {
  readonly staged: string;
}

/** The kid that signs now. */
export interface PromoteAnswer {
  readonly promoted: string;
}

export const isStageAnswer = hasFields<StageAnswer>({ staged: isText });
export const isPromoteAnswer = hasFields<PromoteAnswer>({ promoted: isText });

/** What became of a withdrawn key at the core. */
export type DroppedAtCore = (typeof drops)[number];

/** What `DELETE /keys/<kid>` answers: the cut, and what the core was made to do. */
export interface WithdrawAnswer extends CutAnswer {
  readonly withdrawn: string;
  readonly atCore: DroppedAtCore;
}

export const isWithdrawAnswer = hasFields<WithdrawAnswer>({
  ...fieldsOfCut,
  withdrawn: isText,
  atCore: isOneOf(...drops),
});
