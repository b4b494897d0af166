import { join } from "node:path";
import { readPrivate } from "../issue-credentials.ts";
import { plain, send } from "../send.ts";
import { createKey, signInWithKey } from "./sign-in-with-key.ts";

export interface MeterFleetOptions {
  readonly tokenUrl: string;
  /** What a meter asks where it is. */
  readonly placeUrl: string;
  /** The names of the devices: each is a client of its own, so that one can be cut off alone. */
  readonly devices: readonly string[];
  /** Where each device keeps its key; on a device of its own that is a file of its own. */
  readonly keysFolder: string;
  /** Makes the public key of a device known, as an operator does when the device is made. */
  readonly enrol: (device: string, publicKey: string) => Promise<unknown>;
  readonly print: (line: string) => void;
}

/**
 * Parking meters: each is enrolled once, with a key that never leaves it, signs in with that and asks where it is. One that
 * fails keeps no other from its work.
 *
 * @returns how many failed
 */
export async function runMeterFleet(options: MeterFleetOptions): Promise<number> {
  let failed = 0;
  for (const device of options.devices) {
    try {
      options.print(`${device}: ${await runMeter(options, device)}`);
    } catch (error) {
      failed += 1;
      options.print(`${device}: ${(error as Error).message}`);
    }
  }
  return failed;
}

async function runMeter({ tokenUrl, placeUrl, keysFolder, enrol }: MeterFleetOptions, device: string): Promise<string> {
  const path = join(keysFolder, `${device}.pem`);
  await createKey(path, (publicKey) => enrol(device, publicKey));
  const privateKey = await readPrivate(path, "remove it to enrol the device anew");
  const token = await signInWithKey({ tokenUrl, clientId: device, privateKey, scope: "reverse-geocode:location" });
  const { status, text } = await send(placeUrl, { headers: { authorization: `Bearer ${token}` } });
  return status === 200 ? plain(text) : `no place: ${status}`;
}
