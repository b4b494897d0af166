import { HttpError } from "@meshpass/http-server";
import type { Keys } from "@meshpass/verifier";
import type { WithdrawnKey } from "../store/withdrawn-keys.ts";
import type { CoreKey, CoreKeys } from "./core-keys.ts";
import { type KeyHolder, planRotation, type RotationState } from "./rotation.ts";

/** One key, as an operator sees it. */
interface ListedKey {
  readonly kid: string;
  /** Static keys sign what lives long; rotating ones follow one another. */
  readonly family: "static" | "rotating";
  /** `published`: it verifies what it signed; whether it signs is not known of a core that does not say. */
  readonly state: CoreKey["state"] | "withdrawn";
  /** Seconds since 1970. */
  readonly withdrawnAt?: number;
}

export interface KeyListing {
  /** Which core signs: ours, whose keys can be changed, another one, or none that answers. */
  readonly core: "embedded" | "other" | "unreachable";
  readonly keys: readonly ListedKey[];
  /** How far the staged key is, where there is one. */
  readonly rotation?: RotationState & { readonly next: "wait" | "promote" };
}

/** The keys of the core with their states, those that it published last if it does not say, and the withdrawn ones. */
export async function listKeys(options: {
  readonly core: Pick<CoreKeys, "list">;
  readonly keys: Pick<Keys, "jwks">;
  readonly withdrawn: { list(): readonly WithdrawnKey[]; has(kid: string): boolean };
  readonly receivers: () => readonly KeyHolder[];
}): Promise<KeyListing> {
  const { keys, withdrawn, receivers } = options;
  const { core, listed } = await askCore(options.core);
  const known = listed ?? (keys.jwks()?.keys ?? []).map(({ kid }) => ({ kid, state: "published" as const }));
  const good = known.filter(({ kid }) => !withdrawn.has(kid));
  const plan = planRotation(good.find(({ state }) => state === "staged")?.kid, receivers());
  return {
    core,
    keys: [
      ...good.map(({ kid, state }) => ({ kid, family: familyOf(kid), state })),
      ...withdrawn
        .list()
        .map(({ kid, at }) => ({ kid, family: familyOf(kid), state: "withdrawn", withdrawnAt: at }) as const),
    ],
    ...(plan.next === "stage" ? {} : { rotation: plan }),
  };
}

async function askCore(core: Pick<CoreKeys, "list">) {
  try {
    return { core: "embedded" as const, listed: await core.list() };
  } catch (error) {
    const isOther = error instanceof HttpError && error.code === "not_supported_by_core";
    return { core: isOther ? ("other" as const) : ("unreachable" as const), listed: undefined };
  }
}

const familyOf = (kid: string): ListedKey["family"] => (kid.startsWith("s-") ? "static" : "rotating");
