import { join } from "node:path";
import { checkTransport } from "@meshpass/protocol";
import type { CoreConfig } from "./config.ts";
import type { ConfigReader } from "./config-sources.ts";

/**
 * The core to use: the one that `SUPERTOKENS_CONNECTION_URI` names, with the api key of `SUPERTOKENS_API_KEY` or of the
 * file `SUPERTOKENS_API_KEY_FILE` names; with none of these the embedded one on `embeddedPort`, which keeps its key in
 * the state folder.
 */
export function readCore(reader: ConfigReader, stateFolder: string, embeddedPort: number): CoreConfig {
  const uri = reader.variable("SUPERTOKENS_CONNECTION_URI");
  const apiKey = readSecret(reader, "SUPERTOKENS_API_KEY");
  if (uri !== undefined) {
    checkUri(reader, uri);
    return { uri, apiKey, embedded: false };
  }
  if (apiKey !== undefined) {
    reader.report("SUPERTOKENS_API_KEY is set and SUPERTOKENS_CONNECTION_URI is not: set both or neither");
  }
  return { uri: `http://127.0.0.1:${embeddedPort}`, apiKey: readEmbeddedKey(reader, stateFolder), embedded: true };
}

/** SuperTokens' SDK takes several addresses, and loses the first call when the first of them is down. */
function checkUri(reader: ConfigReader, uri: string): void {
  const allowHttp = reader.variable("MESHPASS_ALLOW_HTTP") === "1";
  const problem = uri.includes(";")
    ? "holds several addresses: write one, of a load balancer if need be"
    : checkTransport(uri, allowHttp);
  if (problem !== undefined) reader.report(`SUPERTOKENS_CONNECTION_URI ${problem}`);
}

function readEmbeddedKey(reader: ConfigReader, stateFolder: string): string | undefined {
  const path = join(stateFolder, "core-api-key");
  const apiKey = reader.file(path)?.trim() || undefined;
  if (apiKey === undefined) {
    reader.report(
      `no api key in ${path}: start the embedded core first (pnpm start core), or set SUPERTOKENS_CONNECTION_URI`,
    );
  }
  return apiKey;
}

/** A secret from its variable, or from the file that `<NAME>_FILE` names. */
function readSecret(reader: ConfigReader, name: string): string | undefined {
  const value = reader.variable(name);
  const path = reader.variable(`${name}_FILE`);
  if (path === undefined) return value;
  if (value !== undefined) reader.report(`${name} and ${name}_FILE are both set: set one`);
  const secret = reader.file(path)?.trim() || undefined;
  if (secret === undefined) reader.report(`${name}_FILE: there is nothing in ${path}: put the secret there`);
  return secret;
}
