import { type FileHandle, open } from "node:fs/promises";
import { ClientError } from "./client-error.ts";
import type { CredentialSource } from "./credential-source.ts";
import { parseCredential } from "./parse-credential.ts";
import { failureCode } from "./send.ts";
import type { Warn } from "./warning.ts";

const lookIntervalMs = 1_000;
const maxFileBytes = 16_384n;

interface Reading {
  readonly credential: string;
  /** Differs whenever the file was written or replaced. */
  readonly version: string;
  readonly readableByOthers: boolean;
}

/**
 * The credential in `path`, one bearer token and white space. The file is looked at once a second at most, when a
 * credential is asked for, and read again when it has changed. A file that is gone or half written leaves the last
 * good credential in use, with a warning: what takes a credential away is revoking it at the auth server.
 */
export function createCredentialFile(path: string, clock: () => number, warn: Warn): CredentialSource {
  let latest: Reading | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<string> {
    try {
      latest = await readCredentialFile(path, latest);
      if (latest.readableByOthers)
        warn("credential_exposed", `Other users of this machine may read the credential in ${path}: chmod 600 it.`);
    } catch (error) {
      if (latest === undefined) throw error;
      warn("credential_unreadable", `The credential in ${path} cannot be read any more; the last one stays in use.`);
    }
    lookedAt = clock();
    return latest.credential;
  }

  const read = async () => {
    const sinceMs = clock() - lookedAt;
    return latest !== undefined && sinceMs >= 0 && sinceMs < lookIntervalMs ? latest.credential : look();
  };
  const reread = async (refused: string) => {
    const credential = await look();
    return credential === refused ? undefined : credential;
  };
  return { read, reread };
}

async function readCredentialFile(path: string, latest: Reading | undefined): Promise<Reading> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return await readOpenFile(file, latest);
  } catch (error) {
    const why = error instanceof ClientError ? error.message : `It cannot be read (${failureCode(error)}).`;
    throw new ClientError(
      "invalid_credential",
      `No credential in ${path}. ${why} Issue one: meshpass credentials issue.`,
    );
  } finally {
    await file?.close();
  }
}

async function readOpenFile(file: FileHandle, latest: Reading | undefined): Promise<Reading> {
  const { mtimeNs, ctimeNs, ino, size, mode } = await file.stat({ bigint: true });
  const version = `${mtimeNs} ${ctimeNs} ${ino} ${size}`;
  // Windows has no such bits, and reports them set.
  const readableByOthers = process.platform !== "win32" && (mode & 0o077n) !== 0n;
  if (version === latest?.version) return { ...latest, readableByOthers };
  if (size > maxFileBytes) throw new ClientError("invalid_credential", "The file is larger than a credential can be.");
  return { credential: parseCredential(await file.readFile("utf8")), version, readableByOthers };
}
