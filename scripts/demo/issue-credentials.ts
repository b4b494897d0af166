import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type CredentialRequest,
  type IssuedCredential,
  isCredentialList,
  isKeyAnswer,
  isSecretAnswer,
  paths,
  type Shape,
} from "@meshpass/protocol";
import { DemoError } from "./demo-error.ts";
import type { DemoPlace } from "./demo-place.ts";
import { plain, send } from "./send.ts";

/** Who proves itself by a secret. */
const secretClients = ["consumer", "gift-deliveries", "log-shipper"] as const;

/** Where the secret of `client` is. */
export const secretPath = ({ stateFolder }: Pick<DemoPlace, "stateFolder">, client: string): string =>
  join(stateFolder, "credentials", `${client}.secret`);

/**
 * Makes a secret for every client that has none, or one that expired or that this auth server never heard of. One that was
 * revoked stays so.
 *
 * @throws DemoError
 */
export async function issueSecrets(place: DemoPlace): Promise<void> {
  const { credentials } = await askOperator(place, {}, isCredentialList);
  for (const client of secretClients) {
    const path = secretPath(place, client);
    if (existsSync(path) && credentials.some((each) => isSecretOf(client, each))) continue;
    const { clientSecret } = await issue(place, { service: client, type: "secret" }, isSecretAnswer);
    await rm(path, { force: true });
    await writePrivate(path, `${clientSecret}\n`);
  }
}

const isSecretOf = (client: string, { service, type, expiresAt }: IssuedCredential): boolean =>
  service === client && type === "secret" && expiresAt > Date.now() / 1_000;

/**
 * Makes the public key of `client` known, PEM, and gives the kid by which its assertions may name it.
 *
 * @throws DemoError
 */
export async function issueKey(place: DemoPlace, client: string, publicKey: string): Promise<string> {
  return (await issue(place, { service: client, type: "key", publicKey }, isKeyAnswer)).kid;
}

/** Puts `text` into a new file that this user alone may read. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { mode: 0o600, flag: "wx" });
}

/**
 * The text of a private file, without the newline at its end.
 *
 * @throws DemoError that says what to do where it is not there
 */
export async function readPrivate(path: string, remedy: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new DemoError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}); ${remedy}`);
  }
}

const issue = <T>(place: DemoPlace, order: CredentialRequest, isAnswer: Shape<T>): Promise<T> =>
  askOperator(place, { method: "POST", body: JSON.stringify(order) }, isAnswer);

async function askOperator<T>(place: DemoPlace, init: RequestInit, isAnswer: Shape<T>): Promise<T> {
  const operator = await readPrivate(join(place.stateFolder, "operator.jwt"), "start the auth server with a demo");
  const type = init.body === undefined ? {} : { "content-type": "application/json" };
  const headers = { authorization: `Bearer ${operator}`, ...type };
  const { status, text } = await send(new URL(paths.credentials, place.operator).href, { ...init, headers });
  const answer: unknown = status === 200 ? JSON.parse(text) : undefined;
  if (isAnswer(answer)) return answer;
  const said = plain(status === 200 ? "an answer of another shape" : `${status} ${text}`);
  throw new DemoError(`the auth server gave no credential: ${said}; to begin anew, remove ${place.stateFolder}`);
}
