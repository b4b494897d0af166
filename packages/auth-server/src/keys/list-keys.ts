import { HttpError } from "@meshpass/http-server";
import type { KeyList } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { WithdrawnKey } from "../store/withdrawn-keys.ts";
import type { CoreKeys } from "./core-keys.ts";
import { familyOf } from "./family-of.ts";
import { type KeyHolder, planRotation } from "./rotation.ts";

/** The keys of the core with their states, those that it published last if it does not say, and the withdrawn ones. */
export async function listKeys(options: {
  readonly core: Pick<CoreKeys, "list">;
  readonly keys: Pick<Keys, "jwks">;
  readonly withdrawn: { list(): readonly WithdrawnKey[]; has(kid: string): boolean };
  readonly receivers: () => readonly KeyHolder[];
}): Promise<KeyList> {
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
