import { parseServiceName } from "@meshpass/protocol";
import { peekClaims } from "../peek-claims.ts";

/** What a client sent, as far as it may say who it is. */
export interface Claim {
  /** As Node gives them. */
  readonly rawHeaders: readonly string[];
  /** Of a form or JSON body, where the endpoint reads one. */
  readonly parameters?: ReadonlyMap<string, string>;
}

/** A credential of ours is far shorter; a longer text is not looked into, in characters. */
const maxLength = 4_096;

/**
 * The service that a request says it comes from, which nobody has checked: `client_id`, or what its `Authorization` or its
 * assertion names. Undefined where that is nothing that could be the name of a service.
 */
export function claimedName({ rawHeaders, parameters }: Claim): string | undefined {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "authorization");
  const [scheme = "", text = ""] = at === -1 ? [] : (rawHeaders[at + 1] as string).split(" ", 2);
  const name = parameters?.get("client_id") ?? nameIn(scheme, text) ?? subjectOf(parameters?.get("client_assertion"));
  return parseServiceName(name);
}

function nameIn(scheme: string, text: string): unknown {
  if (/^basic$/i.test(scheme))
    return Buffer.from(text.slice(0, maxLength), "base64").toString("latin1").split(":", 1)[0];
  return /^bearer$/i.test(scheme) ? subjectOf(text) : undefined;
}

const subjectOf = (token = ""): unknown => (token.length > maxLength ? undefined : peekClaims(token).sub);
