import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "@meshpass/client";
import { answerParent } from "../stage/answer-parent.ts";

/** First who calls, then for how long they go on. */
export type StormQuestion =
  | {
      readonly authServer: string;
      /** One for each caller. */
      readonly credentials: readonly string[];
    }
  | { readonly seconds: number };

/** What came of a thousand callers that had no token. */
export interface StormBegun {
  /** From the first call until every caller has a token, in ms. */
  readonly lastAnswerMs: number;
  /** Calls that had to be made again, since the auth server had no answer. */
  readonly failures: number;
}

/** What came of their calls while their tokens came to an end. */
export interface StormRest {
  readonly calls: number;
  /** Those that had their token without waiting. */
  readonly atOnce: number;
}

/** What each caller does at once when it has no token. */
const callsEach = 3;
const retryMs = 20;
const giveUpMs = 20_000;
const pauseMs = 200;
const target = "m1";

let failures = 0;

/** A token, asked for until there is one. */
async function insist(client: Client): Promise<void> {
  for (const end = performance.now() + giveUpMs; ; await sleep(retryMs)) {
    try {
      await client.getToken(target);
      return;
    } catch (error) {
      failures += 1;
      if (performance.now() > end) throw error;
    }
  }
}

/** How many of `clients` give their token without waiting for anybody. */
async function countAtOnce(clients: readonly Client[]): Promise<number> {
  let atOnce = 0;
  const count = (): void => {
    atOnce += 1;
  };
  const settled = clients.map((client) => client.getToken(target).then(count, () => undefined));
  await nextTurn();
  const counted = atOnce;
  await Promise.all(settled);
  return counted;
}

let clients: readonly Client[] = [];

async function begin(authServer: string, credentials: readonly string[]): Promise<StormBegun> {
  const services = { [target]: { url: "http://127.0.0.1:1" } };
  clients = credentials.map((credential) => createClient({ authServer, credential, services }));
  const begun = performance.now();
  await Promise.all(clients.flatMap((client) => Array.from({ length: callsEach }, () => insist(client))));
  return { lastAnswerMs: performance.now() - begun, failures };
}

async function goOn(seconds: number): Promise<StormRest> {
  let [calls, atOnce] = [0, 0];
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await sleep(pauseMs)) {
    atOnce += await countAtOnce(clients);
    calls += clients.length;
  }
  return { calls, atOnce };
}

answerParent((question: StormQuestion) =>
  "seconds" in question ? goOn(question.seconds) : begin(question.authServer, question.credentials),
);
