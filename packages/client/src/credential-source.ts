import { ClientError } from "./client-error.ts";
import { type CredentialSource, createCredentialFile } from "./credential-file.ts";
import { parseCredential } from "./parse-credential.ts";
import type { Warn } from "./warning.ts";

/** Where a service's credential is: the text itself, a file that holds it, or a function that gives it. */
export type CredentialOption = string | { readonly file: string } | (() => string | Promise<string>);

/** Makes one source of the three kinds. Reads nothing yet. */
export function createCredentialSource(option: CredentialOption, warn: Warn): CredentialSource {
  if (typeof option === "string") return { read: async () => parseCredential(option), reread: async () => undefined };
  if (typeof option === "function") return createCredentialFunction(option);
  return createCredentialFile(option.file, warn);
}

function createCredentialFunction(give: () => string | Promise<string>): CredentialSource {
  const read = async () => {
    // What the function throws may quote the credential, so nothing of it is passed on.
    const text = await Promise.resolve()
      .then(give)
      .catch(() => Promise.reject(new ClientError("invalid_credential", "The credential function failed.")));
    return parseCredential(text);
  };
  const reread = async (refused: string) => {
    const credential = await read();
    return credential === refused ? undefined : credential;
  };
  return { read, reread };
}
