import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "@meshpass/client";
import { answerParent } from "../stage/answer-parent.ts";

/** First who calls, then for how long they go on. */
type StormQuestion =
  | {
      readonly authServer: string;
      /** One for each caller. */
      readonly credentials: readonly string[];
    }
  | {
      /** Of the callers' own time, which may pass faster than the server's. */
      readonly seconds: number;
      readonly speed: number;
    };

/** What came of a thousand callers that had no token. */
export interface StormBegun {
  /** From the first call until every caller has a token, in ms. */
  readonly lastAnswerMs: number;
  /** How many of the callers had to ask again, since the auth server refused them at first. */
  readonly refused: number;
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

const refused = new Set<Client>();

/** Real until the clock is made to go faster. */
const clock = { from: 0, speed: 1 };
const now = (): number => clock.from + (Date.now() - clock.from) * clock.speed;

/** A token, asked for until there is one. */
async function insist(client: Client): Promise<void> {
  for (const end = performance.now() + giveUpMs; ; await sleep(retryMs)) {
    try {
      await client.getToken(target);
      return;
    } catch (error) {
      refused.add(client);
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
  clients = credentials.map((credential) => createClient({ authServer, credential, services, clock: now }));
  const begun = performance.now();
  await Promise.all(clients.flatMap((client) => Array.from({ length: callsEach }, () => insist(client))));
  return { lastAnswerMs: performance.now() - begun, refused: refused.size };
}

async function goOn(seconds: number, speed: number): Promise<StormRest> {
  let [calls, atOnce] = [0, 0];
  Object.assign(clock, { from: Date.now(), speed });
  for (const end = now() + seconds * 1_000; now() < end; await sleep(pauseMs / speed)) {
    atOnce += await countAtOnce(clients);
    calls += clients.length;
  }
  return { calls, atOnce };
}

answerParent((question: StormQuestion) =>
  "seconds" in question ? goOn(question.seconds, question.speed) : begin(question.authServer, question.credentials),
);
