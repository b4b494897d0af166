import type { Readable } from "node:stream";
import { ClientError } from "./client-error.ts";
import { type Deadline, reasonUnder } from "./deadline.ts";
import { readBody } from "./read-body.ts";
import type { Response } from "./receive-response.ts";
import { failureCode } from "./send.ts";

const defaultMaxBytes = 1_048_576;

/** What a target answered, whatever its status: a redirect, too, is handed back and never followed. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; several values where the target sent several. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it arrives. Read it, or `destroy()` it, or leave it: the call's deadline then closes it. */
  readonly body: Readable;
  /** The body as UTF-8 text of at most `maxBytes`, 1 MiB by default; a longer one is `target_unreachable`. */
  readonly text: (maxBytes?: number) => Promise<string>;
  /** The body as JSON, with the same limit; `target_unreachable` if it is none. */
  readonly json: (maxBytes?: number) => Promise<unknown>;
}

/** Wraps `response`. Its body runs under `deadline`, which ends with it. */
export function createAnswer(target: string, response: Response, deadline: Deadline): Answer {
  const { statusCode: status, headers, body } = response;
  if (body.closed) deadline.end();
  else body.once("close", deadline.end);
  deadline.unref();

  async function text(maxBytes = defaultMaxBytes): Promise<string> {
    const read = await readBody(body, maxBytes).catch((error) => {
      throw reasonUnder(deadline, () => unusable(target, `broke off (${failureCode(error)})`));
    });
    if (read === undefined) throw unusable(target, `is longer than ${maxBytes} bytes`);
    return read;
  }

  async function json(maxBytes?: number): Promise<unknown> {
    const read = await text(maxBytes);
    try {
      return JSON.parse(read);
    } catch {
      // The parser's own message quotes the body.
      throw unusable(target, "is not JSON");
    }
  }

  return { status, headers, body, text, json };
}

const unusable = (target: string, what: string) =>
  new ClientError("target_unreachable", `The answer of ${target} ${what}.`);
