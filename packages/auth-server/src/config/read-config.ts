import { join } from "node:path";
import { logLevelProblem } from "@meshpass/http-server";
import { isLoopback } from "@meshpass/protocol";
import type { Config } from "./config.ts";
import { type ConfigSources, createConfigReader } from "./config-sources.ts";
import { readConfigFile } from "./read-config-file.ts";
import { readCore } from "./read-core.ts";
import { readDevelopmentServices } from "./read-development-services.ts";
import { readPorts } from "./read-ports.ts";
import { streamsFor } from "./streams-for.ts";

/**
 * The configuration, or every problem with it at once, each one line that says what is wrong and what to do. The README
 * has the table of variables and fields.
 *
 * Does not try anything out: whether the ports are free, the core answers and the state folder can be written to is
 * seen at start.
 */
export function readConfig(
  sources: ConfigSources,
): { readonly config: Config } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const reader = createConfigReader(sources, problems);
  const { variable } = reader;
  const ports = readPorts(reader);
  const host = variable("HOST") ?? "127.0.0.1";
  const stateFolder = variable("MESHPASS_STATE_DIR") ?? ".meshpass";
  const configFolder = variable("MESHPASS_CONFIG") ?? "config";
  const core = readCore(reader, stateFolder, ports.corePort);
  const isLocal = core.embedded && isLoopback(host);
  const { legacyCredentials, ...file } = readConfigFile(reader, join(configFolder, "auth-server.yaml"), {
    host,
    port: ports.port,
  });
  if (variable("MESHPASS_DATABASE_URL") !== undefined) {
    reader.report("MESHPASS_DATABASE_URL is set, and the only store is SQLite in the state folder: unset it");
  }
  const wrongLevel = logLevelProblem(variable("LOG_LEVEL"));
  if (wrongLevel !== undefined) reader.report(wrongLevel);
  const config: Config = {
    host,
    port: ports.port,
    operatorPort: ports.operatorPort,
    metricsPort: ports.metricsPort,
    stateFolder,
    actionsFolder: join(configFolder, "actions"),
    mapPath: variable("MESHPASS_MAP") ?? join(configFolder, "interactions.yaml"),
    core,
    ...file,
    legacyCredentials: legacyCredentials === "auto" ? isLocal : legacyCredentials === "accept",
    maxStreams: streamsFor(sources.openFiles),
    developmentServices: readDevelopmentServices(reader, isLocal),
    allowHttp: variable("MESHPASS_ALLOW_HTTP") === "1",
  };
  return problems.length === 0 ? { config } : { problems };
}
