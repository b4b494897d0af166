import { createInterface } from "node:readline";
import { DemoError } from "../demo-error.ts";
import { readObject, send } from "../send.ts";

export interface ShipLogsOptions {
  /** The token endpoint. */
  readonly tokenUrl: string;
  /** Where batches go. */
  readonly collectorUrl: string;
  readonly clientId: string;
  readonly secret: string;
  /** How many lines are shipped together. */
  readonly batchSize: number;
  readonly input: NodeJS.ReadableStream;
  readonly print: (line: string) => void;
}

/**
 * A backend ships its log: lines come in, batches go out, one token serves as many of them as it lives for.
 *
 * @throws DemoError where a batch was not taken
 */
export async function shipLogs(options: ShipLogsOptions): Promise<void> {
  const { input, batchSize, print } = options;
  const ship = createShipment(options);
  let batch: string[] = [];
  const flush = async () => {
    await ship(batch);
    print(`shipped ${batch.length} lines`);
    batch = [];
  };
  for await (const line of createInterface({ input })) {
    batch.push(line);
    if (batch.length >= batchSize) await flush();
  }
  if (batch.length > 0) await flush();
}

/** Asks for a token when there is none, and once more when the one in hand is refused: it is over, or was cut. */
function createShipment({ tokenUrl, collectorUrl, clientId, secret }: ShipLogsOptions) {
  let token: string | undefined;
  const getToken = async (): Promise<string> => {
    const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`;
    const body = new URLSearchParams({ grant_type: "client_credentials" });
    const { status, text } = await send(tokenUrl, { method: "POST", headers: { authorization }, body });
    const granted = readObject(text).access_token;
    if (status === 200 && typeof granted === "string") return granted;
    throw new DemoError(`no token for ${clientId}: ${status} ${readObject(text).error}`);
  };
  return async function ship(value: readonly string[], isSecondTry = false): Promise<void> {
    token ??= await getToken();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const { status } = await send(collectorUrl, { method: "POST", headers, body: JSON.stringify({ value }) });
    if (status === 200) return;
    if (status !== 401 || isSecondTry) throw new DemoError(`${collectorUrl} did not take a batch: ${status}`);
    token = undefined;
    return ship(value, true);
  };
}
