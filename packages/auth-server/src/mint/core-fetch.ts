import { Agent, type Dispatcher } from "undici";

/** For one call from first to last, in ms; a little more than anybody waits for it. */
const callMs = 1_000;

/**
 * What a core may take of this process at most: what a deadline has given up on ends a little later, and no answer fills
 * the memory; it is read as it comes, never unpacked. (Timers of an HTTP client are coarse: 1 s may become 2.)
 */
const limits: Agent.Options = {
  connections: 64,
  connect: { timeout: 800 },
  headersTimeout: callMs,
  bodyTimeout: callMs,
  maxResponseSize: 262_144,
};

/**
 * Puts a `fetch` of ours in place of Node's for the origin of `uri`, and leaves calls to other origins as they are.
 * supertokens-node takes no other HTTP client, and Node's has no limits and costs more CPU time than the signature that
 * it fetches. Ours bounds every call and gives what the SDK reads of an answer, no more; redirects are not followed.
 */
export function installCoreFetch(uri: string): void {
  const { origin } = new URL(uri);
  const agent = new Agent(limits);
  const usual = globalThis.fetch;
  const isOfCore = (input: unknown): input is string => typeof input === "string" && input.startsWith(`${origin}/`);
  const fetchCore = (input: unknown, init?: RequestInit): Promise<unknown> =>
    isOfCore(input) ? callCore(agent, origin, input, init) : usual(input as string, init);
  globalThis.fetch = fetchCore as typeof fetch;
}

/** Rejects as Node's fetch does when there is no whole answer in time. */
function callCore(agent: Agent, origin: string, url: string, init: RequestInit = {}): Promise<CoreAnswer> {
  const options = {
    origin,
    path: url.slice(origin.length),
    method: (init.method ?? "GET") as Dispatcher.HttpMethod,
    // Who asks for no packing has no reason to unpack: one byte on the wire may be a thousand in memory.
    headers: { ...(init.headers as Record<string, string>), "accept-encoding": "identity" },
    body: (init.body as string | undefined) ?? null,
  };
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(new TypeError("fetch failed", { cause }));
    agent.dispatch(options, collectAnswer(resolve, fail));
  });
}

/** What supertokens-node reads of a `Response`. */
interface CoreAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  clone(): CoreAnswer;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

function createAnswer(status: number, contentType: string | undefined, body: Buffer): CoreAnswer {
  const text = body.toString();
  const answer: CoreAnswer = {
    status,
    headers: { get: (name) => (name.toLowerCase() === "content-type" ? (contentType ?? null) : null) },
    clone: () => answer,
    text: async () => text,
    json: async () => JSON.parse(text),
  };
  return answer;
}

/** Cut off after `callMs`: undici's own limits begin anew with every byte that dribbles in. */
function collectAnswer(
  resolve: (answer: CoreAnswer) => void,
  fail: (cause: unknown) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let call: Dispatcher.DispatchController | undefined;
  let head: { status: number; contentType: string | undefined } | undefined;
  let late: Error | undefined;
  const timer = setTimeout(() => {
    late = new Error(`the call was not over within ${callMs} ms`);
    fail(late);
    call?.abort(late);
  }, callMs);
  return {
    onRequestStart: (controller) => {
      call = controller;
      // It waited for a connection for all of its time.
      if (late !== undefined) call.abort(late);
    },
    onResponseStart: (_, status, headers) => {
      head = { status, contentType: String(headers["content-type"] ?? "") };
    },
    onResponseData: (_, chunk) => void chunks.push(chunk),
    onResponseEnd: () => {
      clearTimeout(timer);
      resolve(createAnswer(head?.status ?? 0, head?.contentType, Buffer.concat(chunks)));
    },
    onResponseError: (_, cause) => {
      clearTimeout(timer);
      fail(cause);
    },
  };
}
