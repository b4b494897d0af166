import type { ServerResponse } from "node:http";

/** What goes out: a status, a body that ends in a newline, and whether it is JSON. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly cacheControl?: string;
}

/** The real core ends every body with a newline and calls its plain text HTML. */
export const text = (status: number, line: string): Answer => ({
  status,
  body: `${line}\n`,
  contentType: "text/html;charset=UTF-8",
});

export const json = (body: string): Answer => ({
  status: 200,
  body: `${body}\n`,
  contentType: "application/json;charset=UTF-8",
});

/** After these the real core's web server closes the connection. */
const closing = new Set([400, 408, 411, 413, 414, 500, 501, 503]);

/** Sends `answer`. `close` ends the connection whatever the status is. */
export function sendAnswer(response: ServerResponse, answer: Answer, close: boolean): void {
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": Buffer.byteLength(answer.body),
    ...(answer.cacheControl === undefined ? {} : { "cache-control": answer.cacheControl }),
    ...(close || closing.has(answer.status) ? { connection: "close" } : {}),
  });
  // As text it leaves in one piece with the head.
  response.end(answer.body);
}
