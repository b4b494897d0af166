import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DemoError } from "../demo-error.ts";
import { readPrivate } from "../issue-credentials.ts";
import { plain, send } from "../send.ts";
import { createKey, signInWithKey } from "./sign-in-with-key.ts";

export interface DirectionsCliOptions {
  readonly tokenUrl: string;
  readonly directionsUrl: string;
  /** Where the user's private key is; the public one goes beside it, `.pub`. */
  readonly keyPath: string;
  readonly print: (line: string) => void;
}

const clientId = "directions-cli";

/** What to do with the public key `path`: the one step that somebody else takes. */
const howToEnrol = (path: string) => `pnpm meshpass credentials issue ${clientId} --type key --public-key ${path}`;

/**
 * A command-line tool without a password and without a secret that anybody else ever saw: its first run makes a key and
 * says how an operator makes the public half known, each further one signs in with it and prints directions.
 *
 * @throws DemoError
 */
export async function runDirectionsCli(options: DirectionsCliOptions): Promise<void> {
  const { tokenUrl, directionsUrl, keyPath, print } = options;
  const publicPath = `${keyPath}.pub`;
  if (await createKey(keyPath, (publicKey) => writePublic(publicPath, publicKey))) {
    print(`made a key; now have an operator say: ${howToEnrol(publicPath)}`);
    return;
  }
  const privateKey = await readPrivate(keyPath, "remove it to make another");
  const token = await signInWithKey({ tokenUrl, clientId, privateKey, scope: "directions" });
  const { status, text } = await send(directionsUrl, { headers: { authorization: `Bearer ${token}` } });
  if (status !== 200) throw new DemoError(`no directions: ${status} ${plain(text)}`);
  const steps = JSON.parse(text) as readonly { readonly step: number; readonly action: string }[];
  for (const { step, action } of steps) print(plain(`${step}. ${action}`));
}

async function writePublic(path: string, publicKey: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, publicKey);
}
