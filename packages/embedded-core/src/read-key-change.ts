import { type JsonValue, readJson } from "./read-json.ts";
import { Refusal } from "./refusal.ts";

/** What `POST /meshpass/keys` asks for. */
export type KeyChange =
  | { readonly action: "stage" }
  | { readonly action: "promote"; readonly kid: string }
  | { readonly action: "drop"; readonly kid: string };

/**
 * Reads the body of `POST /meshpass/keys`: an object with these members and no others. It does not ask whether there is
 * such a key.
 *
 * @throws Refusal 400 for anything else.
 */
export function readKeyChange(body: string): KeyChange {
  const fields = readFields(body);
  const [action, kid] = [fields.get("action"), fields.get("kid")];
  if (action === "stage" && fields.size === 1) return { action };
  if ((action === "promote" || action === "drop") && typeof kid === "string" && fields.size === 2)
    return { action, kid };
  throw new Refusal(400, 'Send {"action":"stage"}, or {"action":"promote","kid":"..."}, or the same with "drop"');
}

function readFields(body: string): ReadonlyMap<string, JsonValue> {
  try {
    const value = readJson(body);
    if (value instanceof Map) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refusal(400, "Invalid Json Input");
}
