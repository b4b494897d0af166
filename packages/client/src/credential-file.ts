import { readFile, stat } from "node:fs/promises";
import { ClientError } from "./client-error.ts";
import { parseCredential } from "./parse-credential.ts";
import { failureCode } from "./send.ts";
import type { ClientWarning, Warn } from "./warning.ts";

/** The credential, at the moment at which it is needed. */
export interface CredentialSource {
  /** The credential. Rejects with `invalid_credential` where there is none. */
  readonly read: () => Promise<string>;
  /** The credential as it is now, if it is no longer `refused`. */
  readonly reread: (refused: string) => Promise<string | undefined>;
}

const maxFileBytes = 16_384;

/**
 * The credential in `path`, one bearer token and white space. The file is read whenever a credential is asked for,
 * which is a few times in a token's life, so that a new one counts at once. A file that is gone or half written leaves
 * the last good credential in use, with a warning: what takes a credential away is revoking it at the auth server.
 */
export function createCredentialFile(path: string, warn: Warn): CredentialSource {
  const noted = new Set<ClientWarning["code"]>();
  let latest: string | undefined;

  /** Warns when something becomes so, and again only if it was not so in between. */
  function note(code: ClientWarning["code"], isSo: boolean, message: string): void {
    if (isSo && !noted.has(code)) warn({ code, message });
    if (isSo) noted.add(code);
    else noted.delete(code);
  }

  const noteUnreadable = (isSo: boolean) =>
    note(
      "credential_unreadable",
      isSo,
      `The credential in ${path} cannot be read any more; the last one stays in use.`,
    );
  const noteExposed = (isSo: boolean) =>
    note("credential_exposed", isSo, `Other users of this machine may read the credential in ${path}: chmod 600 it.`);

  async function read(): Promise<string> {
    try {
      const { credential, isExposed } = await readCredentialFile(path);
      latest = credential;
      noteUnreadable(false);
      noteExposed(isExposed);
    } catch (error) {
      if (latest === undefined) throw error;
      noteUnreadable(true);
    }
    return latest;
  }

  const reread = async (refused: string) => {
    const credential = await read();
    return credential === refused ? undefined : credential;
  };
  return { read, reread };
}

async function readCredentialFile(path: string): Promise<{ credential: string; isExposed: boolean }> {
  try {
    const { mode, size } = await stat(path);
    if (size > maxFileBytes) throw new ClientError("invalid_credential", "It is larger than a credential can be.");
    const credential = parseCredential(await readFile(path, "utf8"));
    // Windows has no such bits, and reports them set.
    return { credential, isExposed: process.platform !== "win32" && (mode & 0o077) !== 0 };
  } catch (error) {
    const why = error instanceof ClientError ? error.message : `It cannot be read (${failureCode(error)}).`;
    throw new ClientError(
      "invalid_credential",
      `No credential in ${path}. ${why} Issue one: meshpass credentials issue.`,
    );
  }
}
