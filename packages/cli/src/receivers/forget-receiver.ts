import type { Receiver } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import type { OperatorClient } from "../operator-client.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { deleteReceiver } from "./delete-receiver.ts";
import { listReceivers, nameReceiver } from "./list-receivers.ts";

/** What `meshpass forget SERVICE INSTANCE` works on; `instance` may be the beginning of one. */
export interface ForgetInput {
  readonly service: string;
  readonly instance: string;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/**
 * Has the auth server wait for one receiver no more: a process that was killed cannot say goodbye. One that lives and is
 * forgotten all the same is heard of again within seconds.
 *
 * @throws OperatorError
 */
export async function forgetReceiver({ service, instance, format, client }: ForgetInput): Promise<Report> {
  const { receivers } = await listReceivers(client);
  const found = receivers.filter((one) => one.service === service && one.instance.startsWith(instance));
  const [receiver] = found;
  if (receiver === undefined || found.length > 1) return describeChoice(`${service} ${instance}`, found);
  await deleteReceiver(client, receiver);
  if (format === "json")
    return { lines: [jsonLine({ service, instance: receiver.instance, forgotten: true })], exitCode: 0 };
  return { lines: [escapeDeceptive(`${nameReceiver(receiver)} is not waited for any more`)], exitCode: 0 };
}

function describeChoice(wanted: string, found: readonly Receiver[]): Report {
  const problem =
    found.length === 0
      ? `there is no receiver ${wanted}; pnpm meshpass status lists them`
      : `${found.length} receivers begin like ${wanted}; write more of its instance: pnpm meshpass status -o json`;
  return { lines: [escapeDeceptive(problem)], exitCode: 1, isError: true };
}
