import { HttpError } from "@meshpass/http-server";
import { Agent, request } from "undici";
import { type CoreKey, readCoreAnswer } from "./read-core-answer.ts";

/**
 * The keys of a core, as far as it lets them be changed. Only the embedded core does, at an address of its own; for any
 * other each of these is an HttpError `not_supported_by_core`. One that gives no answer in time, or makes no sense, is
 * `core_unavailable`.
 */
export interface CoreKeys {
  list(): Promise<readonly CoreKey[]>;
  /** Publishes a rotating key that does not sign yet, the same one until it does, and gives its kid. */
  stage(): Promise<string>;
  /** Signs with the staged key from now on; HttpError `unknown_key` or `replaced_key` for any other one. */
  promote(kid: string): Promise<void>;
  /** Deletes a key; one that is not there is deleted already. */
  drop(kid: string): Promise<void>;
}

/** A core makes a key in tenths of a second, on a slow machine in seconds; and bounds of our own apply to nothing else. */
const limits = { connections: 2, connect: { timeout: 1_000 }, maxResponseSize: 65_536, pipelining: 0 };

/** The keys of the core at `uri`, with the base path and app that it has. `deadlineMs` is for one call; default 4,000. */
export function createCoreKeys(options: {
  readonly uri: string;
  readonly apiKey: string | undefined;
  readonly deadlineMs?: number;
}): CoreKeys {
  const { uri, apiKey, deadlineMs = 4_000 } = options;
  const address = `${uri.replace(/\/$/, "")}/meshpass/keys`;
  const headers = apiKey === undefined ? {} : { "api-key": apiKey };
  const dispatcher = new Agent(limits);

  async function ask(change?: object) {
    try {
      const answer = await request(address, {
        method: change === undefined ? "GET" : "POST",
        headers,
        ...(change === undefined ? {} : { body: JSON.stringify(change) }),
        signal: AbortSignal.timeout(deadlineMs),
        dispatcher,
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new HttpError("core_unavailable", { cause });
    }
  }
  const change = async (body: object) => readCoreAnswer(await ask(body));

  return {
    list: async () => (await readCoreAnswer(await ask())).keys,
    stage: async () => {
      const { kid } = await change({ action: "stage" });
      if (kid === undefined) throw new HttpError("core_unavailable", { cause: new Error("the core named no key") });
      return kid;
    },
    promote: async (kid) => void (await change({ action: "promote", kid })),
    drop: async (kid) => {
      try {
        await change({ action: "drop", kid });
      } catch (error) {
        if (!(error instanceof HttpError && error.code === "unknown_key")) throw error;
      }
    },
  };
}
