import { type Duration, parseDuration } from "@meshpass/protocol";
import type { RateLimits } from "../limits/limit-authentication.ts";
import type { TlsConfig } from "./config.ts";
import type { ConfigReader } from "./config-sources.ts";
import { type Listener, readIssuer } from "./read-issuer.ts";
import { readLimits } from "./read-limits.ts";
import { readTls } from "./read-tls.ts";
import { type Fields, readYamlFields } from "./read-yaml-fields.ts";

/** What `auth-server.yaml` says, with the defaults where it says nothing. */
export interface FileConfig {
  readonly accessTokenLifetimeSeconds: number;
  readonly safeLifetimeSeconds: number | undefined;
  readonly legacyCredentials: LegacyChoice;
  readonly tls: TlsConfig | undefined;
  readonly issuer: string;
  readonly requireDpopNonce: boolean;
  readonly limits: RateLimits;
}

/** `auto` accepts them with the embedded core and a listener on loopback, and nowhere else. */
type LegacyChoice = (typeof legacyChoices)[number];

const legacyChoices = ["auto", "accept", "refuse"] as const;

/** All optional; so is the file. */
const known = [
  "accessTokenLifetime",
  "safeLifetime",
  "legacyCredentials",
  "issuer",
  "requireDpopNonce",
  "limits",
  "tls",
] as const;

/** Reads the file at `path`; every field that is not as it should be is reported with its line. */
export function readConfigFile(
  reader: ConfigReader,
  path: string,
  listener: Pick<Listener, "host" | "port">,
): FileConfig {
  const fields = readYamlFields(reader, path, known);
  const tls = readTls(reader, fields);
  return {
    accessTokenLifetimeSeconds: readLifetime(fields, "accessTokenLifetime") ?? 300,
    safeLifetimeSeconds: fields.value("safeLifetime") === "auto" ? undefined : readLifetime(fields, "safeLifetime"),
    legacyCredentials: readLegacyChoice(fields),
    tls,
    issuer: readIssuer(reader, fields, { ...listener, isTls: tls !== undefined }),
    requireDpopNonce: readFlag(fields, "requireDpopNonce"),
    limits: readLimits(fields),
  };
}

type KnownFields = Fields<(typeof known)[number]>;

const [shortest, longest]: [Duration, Duration] = ["10s", "1h"];

function readLifetime(fields: KnownFields, name: "accessTokenLifetime" | "safeLifetime"): number | undefined {
  const value = fields.value(name);
  if (value === undefined) return undefined;
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds >= 10 && seconds <= 3_600) return seconds;
  fields.report(name, `write ${shortest} to ${longest}, such as 5m${name === "safeLifetime" ? ", or auto" : ""}`);
  return undefined;
}

function readFlag(fields: KnownFields, name: "requireDpopNonce"): boolean {
  const value = fields.value(name) ?? false;
  if (typeof value !== "boolean") fields.report(name, "write true or false");
  return value === true;
}

function readLegacyChoice(fields: KnownFields): LegacyChoice {
  const value = fields.value("legacyCredentials");
  const choice = legacyChoices.find((each) => each === (value ?? "auto"));
  if (choice === undefined) fields.report("legacyCredentials", "write auto, accept or refuse");
  return choice ?? "refuse";
}
