import { type Answer, json } from "./answer.ts";
import type { KeyRing } from "./key-ring.ts";
import { readKeyChange } from "./read-key-change.ts";

type Keys = Pick<KeyRing, "list" | "stage" | "promote" | "drop">;

/** `GET /meshpass/keys`: which keys are published, and what each is good for. */
export const listKeys = (keys: Keys): Answer => answer(200, { status: "OK", keys: keys.list() });

/**
 * `POST /meshpass/keys`: stage, promote or drop a key. That it is done is 200 with `"status":"OK"` and the kid; the 404 of a
 * kid that there is not is JSON, unlike the one of a core that has no such path.
 *
 * @throws Refusal 400 for a body that asks for nothing of this.
 */
export async function changeKeys(keys: Keys, body: string): Promise<Answer> {
  const change = readKeyChange(body);
  if (change.action === "stage") return answerStaged(await keys.stage());
  const { action, kid } = change;
  if (action === "drop") return (await keys.drop(kid)) ? done(kid) : unknownKey;
  const state = keys.promote(kid);
  if (state === "replaced") return answer(409, { status: "REPLACED_KEY_ERROR" });
  return state === "signing" ? done(kid) : unknownKey;
}

const answerStaged = (kid: string | undefined): Answer =>
  kid === undefined ? answer(409, { status: "TOO_MANY_KEYS_ERROR" }) : done(kid);

const answer = (status: number, body: object): Answer => ({ ...json(JSON.stringify(body)), status });

const done = (kid: string): Answer => answer(200, { status: "OK", kid });
const unknownKey = answer(404, { status: "UNKNOWN_KEY_ERROR" });
