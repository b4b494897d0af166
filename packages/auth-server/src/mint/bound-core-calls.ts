import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";

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
 * Bounds every HTTP call of this process to the origin of `uri`. supertokens-node calls Node's fetch without any limit and
 * takes none, so this is the process's own dispatcher; calls to other origins go on as they did.
 */
export function boundCoreCalls(uri: string): void {
  const { origin } = new URL(uri);
  const bounded = new Agent(limits);
  const toCore: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    String(options.origin) === origin
      ? bounded.dispatch(withoutPacking(options), endAfter(callMs, handler))
      : dispatch(options, handler);
  setGlobalDispatcher(getGlobalDispatcher().compose(toCore));
}

/** Who asks for no packing has no reason to unpack: one byte on the wire may be a thousand in memory. */
const withoutPacking = (options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions => ({
  ...options,
  headers: { ...(options.headers as Record<string, string>), "accept-encoding": "identity" },
});

/** `handler` of a call that is cut off after `ms`: undici's own limits begin anew with every byte that dribbles in. */
function endAfter(ms: number, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let call: Dispatcher.DispatchController | undefined;
  let isOver = false;
  const cutOff = (): void => {
    isOver = true;
    call?.abort(new Error(`the call was not over within ${ms} ms`));
  };
  const timer = setTimeout(cutOff, ms);
  return {
    onRequestStart: (controller, context) => {
      call = controller;
      handler.onRequestStart?.(controller, context);
      if (isOver) cutOff();
    },
    onResponseStart: (controller, status, { "content-encoding": _, ...headers }, text) =>
      handler.onResponseStart?.(controller, status, headers, text),
    onResponseData: (...chunk) => handler.onResponseData?.(...chunk),
    onResponseEnd: (...end) => {
      clearTimeout(timer);
      handler.onResponseEnd?.(...end);
    },
    onResponseError: (...failure) => {
      clearTimeout(timer);
      handler.onResponseError?.(...failure);
    },
  };
}
