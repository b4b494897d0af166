import { DemoError } from "./demo-error.ts";
import { shown } from "./demo-place.ts";

/** What a server answered, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const timeoutMs = 5_000;
const maxBytes = 65_536;

/**
 * Sends one request and reads the answer: within 5 s, at most 64 kB, and no redirect is followed.
 *
 * @throws DemoError that names the origin, where there is no such answer
 */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, headers: answer.headers, text: await readText(answer) };
  } catch (error) {
    const { origin } = new URL(url);
    throw new DemoError(`${shown(origin)} did not answer (${reasonOf(error)})`, { cause: error });
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error("more than 64 kB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** fetch hides the reason of what failed in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { readonly cause?: { readonly code?: unknown }; readonly message: string };
  return typeof cause?.code === "string" ? cause.code : message;
}

/** `text` as JSON, if it is an object; else one without fields. */
export function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** `text` of another process in a form that no terminal takes for a command. */
export const plain = (text: string): string => text.replace(/\p{C}/gu, "?");
