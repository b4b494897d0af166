import { type Client, ClientError } from "@meshpass/client";
import { challengeOf, paths } from "@meshpass/protocol";

const maxAnswerBytes = 65_536;

/** The part of a client that a query uses. */
export type QueryClient = Pick<Client, "fetch">;

/** What a target answered, in the form in which it is passed back. */
export interface QueryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Says hello to `target` and gives its answer, whatever the status. Of the target's headers none is passed back: the
 * text is marked as plain text, or as JSON if it is, so that nothing in it runs; a 401 or 403 gets the bare challenge,
 * since it is not the token of this service's own caller that was refused.
 *
 * @throws ClientError where there is no answer, or one that cannot be passed back: over 64 kB, a status over 599.
 */
export async function queryTarget(client: QueryClient, target: string): Promise<QueryAnswer> {
  const answer = await client.fetch(target, paths.hello);
  if (answer.status > 599) throw new ClientError("target_unreachable", `${target} answered with no status of HTTP`);
  const text = await answer.text(maxAnswerBytes);
  const type = isJson(answer.headers["content-type"], text) ? "application/json" : "text/plain";
  const challenge = answer.status === 401 || answer.status === 403 ? challengeOf("missing_token") : undefined;
  const headers = { "content-type": `${type}; charset=utf-8` };
  return {
    status: answer.status,
    headers: challenge === undefined ? headers : { ...headers, "www-authenticate": challenge },
    text,
  };
}

function isJson(contentType: unknown, text: string): boolean {
  if (typeof contentType !== "string" || !/^application\/json\s*(;|$)/i.test(contentType)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
