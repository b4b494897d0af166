import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";

/**
 * What a core may take of this process at most: what a deadline has given up on ends a little later, and no answer fills
 * the memory. (Timers of an HTTP client are coarse: 1 s may become 2.)
 */
const limits: Agent.Options = {
  connections: 64,
  connect: { timeout: 800 },
  headersTimeout: 1_000,
  bodyTimeout: 1_000,
  maxResponseSize: 1_048_576,
};

/**
 * Bounds every HTTP call of this process to the origin of `uri`. supertokens-node calls Node's fetch without any limit and
 * takes none, so this is the process's own dispatcher; calls to other origins go on as they did.
 */
export function boundCoreCalls(uri: string): void {
  const { origin } = new URL(uri);
  const bounded = new Agent(limits);
  const toCore: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    String(options.origin) === origin ? bounded.dispatch(options, handler) : dispatch(options, handler);
  setGlobalDispatcher(getGlobalDispatcher().compose(toCore));
}
