import type { Receiver } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import { countNoun } from "../count-noun.ts";
import { describeDuration } from "../describe-duration.ts";
import { nameSome } from "../name-some.ts";
import type { OperatorClient } from "../operator-client.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { deleteReceiver } from "./delete-receiver.ts";
import { listReceivers, nameReceiver } from "./list-receivers.ts";

/** What `meshpass forget SERVICE` and `meshpass forget --silent` work on. */
export interface ForgetSilentInput {
  /** Undefined for all. */
  readonly service: string | undefined;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/**
 * Has the auth server wait no more for the receivers that are not live, of one service or of all. One that was killed a
 * moment ago counts as live for 15 s, and stays. The exit code is 1 if there is no receiver of that service at all.
 *
 * @throws OperatorError; some may be forgotten then
 */
export async function forgetSilent({ service, format, client }: ForgetSilentInput): Promise<Report> {
  const { receivers, now } = await listReceivers(client);
  const meant = receivers.filter((one) => service === undefined || one.service === service);
  if (service !== undefined && meant.length === 0) return describeNone(service);
  const forgotten = meant.filter(({ live }) => !live);
  const stayed = meant.filter(({ live }) => live);
  for (const receiver of forgotten) await deleteReceiver(client, receiver);
  if (format === "json") return { lines: [renderJson(forgotten, stayed)], exitCode: 0 };
  return { lines: [describeForgotten(forgotten), ...describeStayed(stayed, now)].map(escapeDeceptive), exitCode: 0 };
}

const describeNone = (service: string): Report => ({
  lines: [escapeDeceptive(`there is no receiver of ${service}; pnpm meshpass status lists them`)],
  exitCode: 1,
  isError: true,
});

function renderJson(forgotten: readonly Receiver[], stayed: readonly Receiver[]): string {
  const name = ({ service, instance }: Receiver) => ({ service, instance });
  return jsonLine({ forgotten: forgotten.map(name), stayed: stayed.map(name) });
}

function describeForgotten(forgotten: readonly Receiver[]): string {
  if (forgotten.length === 0) return "nobody is forgotten: none of them is silent";
  const are = forgotten.length === 1 ? "is" : "are";
  return `${countNoun(forgotten.length, "receiver")} ${are} not waited for any more: ${nameSome(forgotten, nameReceiver)}`;
}

function describeStayed(stayed: readonly Receiver[], now: number): readonly string[] {
  if (stayed.length === 0) return [];
  const name = (receiver: Receiver): string =>
    `${nameReceiver(receiver)}, heard of ${describeDuration((now - receiver.lastHeardAt) / 1_000)} ago`;
  return [`${stayed.length} ${stayed.length === 1 ? "stays" : "stay"}: ${nameSome(stayed, name, "; ")}`];
}
