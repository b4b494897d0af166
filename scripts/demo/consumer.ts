import { STATUS_CODES } from "node:http";
import { consumerSteps, type Step, type Tokens, tokenRequest } from "./consumer-steps.ts";
import { DemoError } from "./demo-error.ts";
import { type Answer, plain, readObject, send } from "./send.ts";

export interface ConsumerOptions {
  /** The provider's origin. */
  readonly url: string;
  readonly clientId: string;
  readonly secret: string;
  /** What the token to write with is asked for. */
  readonly writeScope: string;
  /** Takes the transcript, line by line. */
  readonly print: (line: string) => void;
}

/**
 * Asks the provider eight times, with good reason and without, and prints what is said.
 *
 * @throws DemoError at the first answer that is another than it should be, which says how
 */
export async function runConsumer(options: ConsumerOptions): Promise<void> {
  const { url, clientId, secret, print } = options;
  let tokens: Tokens = { read: "", write: "" };
  for (const [at, step] of consumerSteps(clientId, secret).entries()) {
    const { method, path, label } = step;
    const name = `step ${at + 1}, ${method} ${path}`;
    const answer = await attempt(name, async () => {
      if (step.isWrite) tokens = { ...tokens, write: await getWriteToken(options) };
      return send(new URL(path, url).href, step.init(tokens));
    });
    print(`[Consumer]: ${method} ${path} (${label})`);
    print(`[Provider]: ${answer.status} ${STATUS_CODES[answer.status]} ${describeBody(answer)} \n`);
    check(name, step, answer);
    const token = readObject(answer.text).access_token;
    if (typeof token !== "string") continue;
    tokens = { ...tokens, read: token };
    print("authorization token successfully retrieved! \n");
  }
}

/** Of an error what OAuth 2.0 says of it; our answers have the number of the decision besides. */
function describeBody({ text }: Answer): string {
  const { error, error_description } = readObject(text);
  return error === undefined ? plain(text) : plain(JSON.stringify({ error, error_description }));
}

function check(name: string, { status, problem }: Step, answer: Answer): void {
  if (answer.status !== status) throw new DemoError(`${name}: ${describeRefusal(answer)} where ${status} was expected`);
  const wrong = problem(answer);
  if (wrong !== undefined) throw new DemoError(`${name}: ${wrong}`);
}

/** The status, and the error where there is one. */
function describeRefusal({ status, text }: Answer): string {
  const { error } = readObject(text);
  return error === undefined ? String(status) : plain(`${status} ${error}`);
}

/** A token that may only read writes nothing, so there is one of its own for that. */
async function getWriteToken({ url, clientId, secret, writeScope }: ConsumerOptions): Promise<string> {
  const answer = await send(new URL("/token", url).href, tokenRequest(clientId, secret, writeScope));
  const { access_token: token } = readObject(answer.text);
  if (answer.status === 200 && typeof token === "string") return token;
  throw new DemoError(`no token with scope ${writeScope}: ${describeRefusal(answer)}`);
}

async function attempt<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DemoError ? new DemoError(`${name}: ${error.message}`) : error;
  }
}
