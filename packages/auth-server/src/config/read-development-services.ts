import { isServiceName } from "@meshpass/protocol";
import type { ConfigReader } from "./config-sources.ts";

/**
 * The services that get development credentials, from `MESHPASS_DEVELOPMENT_SERVICES`, names with commas between them.
 * They are for a mesh that nothing outside this machine can reach, with keys of its own (`isLocal`), never for
 * production.
 */
export function readDevelopmentServices(reader: ConfigReader, isLocal: boolean): readonly string[] {
  const text = reader.variable("MESHPASS_DEVELOPMENT_SERVICES");
  if (text === undefined) return [];
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const wrong = names.filter((name) => !isServiceName(name));
  if (wrong.length > 0) {
    const listed = wrong.map((name) => JSON.stringify(name)).join(", ");
    reader.report(
      `MESHPASS_DEVELOPMENT_SERVICES: ${listed} cannot be the name of a service: write names such as m1,m2`,
    );
  }
  if (!isLocal || reader.variable("NODE_ENV") === "production") {
    reader.report(
      "MESHPASS_DEVELOPMENT_SERVICES needs the embedded core, HOST on loopback and NODE_ENV not production: unset it, " +
        "and issue credentials with pnpm meshpass credentials issue",
    );
  }
  return names;
}
