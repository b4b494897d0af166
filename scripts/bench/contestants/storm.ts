import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "@meshpass/client";
import { answerParent } from "../stage/answer-parent.ts";

/** First who calls, then that their tokens have ended, then for how long they go on. */
type StormQuestion =
  | {
      readonly authServer: string;
      /** One for each caller. */
      readonly credentials: readonly string[];
    }
  | { readonly areOver: true }
  | {
      /** Of the callers' own time, which may pass faster than the server's. */
      readonly seconds: number;
      readonly speed: number;
    };

/** What came of a thousand callers whose tokens were over in the same moment. */
export interface StormBroken {
  /** From the first call until every caller has a new token, in ms. */
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

/** What each caller does at once when its token is over. */
const callsEach = 3;
const retryMs = 20;
const giveUpMs = 20_000;
const pauseMs = 200;
const target = "m1";

const refused = new Set<Client>();

/** Real until the clock is made to go faster. */
const clock = { from: 0, speed: 1 };
const now = (): number => clock.from + (Date.now() - clock.from) * clock.speed;

/** A token that is newer than any that is held, asked for until there is one. */
async function insist(client: Client): Promise<void> {
  for (const end = performance.now() + giveUpMs; ; await sleep(retryMs)) {
    try {
      await client.getToken(target, { fresh: true });
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

/** Each of them has called before: it has a token, and a connection to the auth server. */
async function begin(authServer: string, credentials: readonly string[]): Promise<number> {
  const services = { [target]: { url: "http://127.0.0.1:1" } };
  clients = credentials.map((credential) => createClient({ authServer, credential, services, clock: now }));
  await Promise.all(clients.map(insist));
  refused.clear();
  return clients.length;
}

async function breakLoose(): Promise<StormBroken> {
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

answerParent((question: StormQuestion) => {
  if ("areOver" in question) return breakLoose();
  return "seconds" in question
    ? goOn(question.seconds, question.speed)
    : begin(question.authServer, question.credentials);
});
