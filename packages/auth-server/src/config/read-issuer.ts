import { checkTransport, isLoopback } from "@meshpass/protocol";
import type { ConfigReader } from "./config-sources.ts";
import type { Fields } from "./read-yaml-fields.ts";

/** Where the server listens, as far as its own URL follows from it. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

const remedy = "write the https: URL of this server as clients reach it, without a path, such as https://auth.example";

/**
 * The field `issuer`: an origin, since that is what metadata are looked up at (RFC 8414 section 3). Without it the server's
 * own address, as long as that is on this machine: from elsewhere nobody would know it by that.
 */
export function readIssuer(reader: ConfigReader, fields: Fields<"issuer">, { host, port, isTls }: Listener): string {
  const value = fields.value("issuer");
  if (value === undefined) {
    if (!isLoopback(host)) reader.report(`HOST is ${JSON.stringify(host)}, and issuer is not set: ${remedy}`);
    return `${isTls ? "https" : "http"}://127.0.0.1:${port}`;
  }
  const isOrigin = checkTransport(value, reader.variable("MESHPASS_ALLOW_HTTP") === "1") === undefined;
  if (isOrigin && new URL(value as string).origin === value) return value;
  fields.report("issuer", remedy);
  return "";
}
