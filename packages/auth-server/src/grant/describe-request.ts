import type { ActionEvent } from "@meshpass/actions";

/** What a request for a token looks like to an action. */
export type RequestDescription = ActionEvent["request"];

/** Of a browser's, which are the longest, no more is worth handing on, in characters. */
const maxAgentLength = 256;

/** A `POST` with these raw headers (names and values in turn) and this body, from the address `ip`, as actions are told of it. */
export function describeRequest(
  ip: string,
  rawHeaders: readonly string[],
  body: RequestDescription["body"],
): RequestDescription {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "user-agent");
  const agent = at === -1 ? {} : { user_agent: (rawHeaders[at + 1] as string).slice(0, maxAgentLength) };
  return { ip, method: "POST", ...agent, body };
}
