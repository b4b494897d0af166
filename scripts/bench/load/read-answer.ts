/** The head of an answer, and where its body lies. */
export interface AnswerHead {
  readonly status: number;
  readonly bodyStart: number;
  readonly end: number;
}

const headEnd = "\r\n\r\n";
const lengthField = /\r\ncontent-length: *(\d+)/i;

/**
 * The answer that `bytes` begin with (RFC 9112 section 6), or undefined while its head is not whole. `end` may lie
 * beyond what has come. Knows answers that tell their length, as all of our contestants' do, and no others.
 *
 * @throws Error for an answer without a length or without a status.
 */
export function readAnswer(bytes: Buffer): AnswerHead | undefined {
  const headLength = bytes.indexOf(headEnd);
  if (headLength === -1) return undefined;
  const head = bytes.toString("latin1", 0, headLength);
  const length = lengthField.exec(head)?.[1];
  const status = Number(head.slice(9, 12));
  if (length === undefined || !(status >= 100)) throw new Error("an answer without a status or a length");
  const bodyStart = headLength + headEnd.length;
  return { status, bodyStart, end: bodyStart + Number(length) };
}
