import { createSecureContext } from "node:tls";
import type { TlsConfig } from "./config.ts";
import type { ConfigReader } from "./config-sources.ts";
import type { Fields } from "./read-yaml-fields.ts";

const remedy = "write certificate and key, each the path of a PEM file";

/** Certificate and key from the files that the field `tls` names; undefined without that field. */
export function readTls(reader: ConfigReader, fields: Fields<"tls">): TlsConfig | undefined {
  const value = fields.value("tls");
  if (value === undefined) return undefined;
  const { certificate, key, ...others } = typeof value === "object" && value !== null ? (value as TlsFields) : {};
  if (typeof certificate !== "string" || typeof key !== "string" || Object.keys(others).length > 0) {
    fields.report("tls", remedy);
    return undefined;
  }
  const pair = { cert: reader.file(certificate) ?? "", key: reader.file(key) ?? "" };
  if (isUsable(pair)) return pair;
  fields.report("tls", `${certificate} and ${key} are not a certificate and its key: ${remedy}`);
  return undefined;
}

interface TlsFields {
  readonly certificate?: unknown;
  readonly key?: unknown;
}

/** OpenSSL's own word: what it does not take here, the listener would not take either. An empty text it passes over. */
function isUsable(pair: TlsConfig): boolean {
  if (pair.cert === "" || pair.key === "") return false;
  try {
    createSecureContext(pair);
    return true;
  } catch {
    return false;
  }
}
