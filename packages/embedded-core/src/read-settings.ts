import { CoreError } from "./core-error.ts";

/** What the environment says about how this core runs. */
export interface ProcessSettings {
  readonly host: string;
  readonly port: number;
  /** What a request may name as its `Host`. */
  readonly hosts: readonly string[];
  readonly stateFolder: string;
  /** Whether standard input is a pipe of the process that started this one, and its end the sign to stop. */
  readonly watchParent: boolean;
}

/** Names that stay on this machine. */
const isLoopback = (host: string): boolean => /^(localhost|127(\.[0-9]{1,3}){3}|::1)$/i.test(host);

/**
 * Reads PORT (default 3567), HOST (default 127.0.0.1), MESHPASS_STATE_DIR (default `.meshpass`),
 * MESHPASS_CORE_HOSTS (more names for this core, with commas between them), MESHPASS_CORE_ALLOW_REMOTE and
 * MESHPASS_PARENT_PIPE (`1` or not set). An empty variable counts as not set.
 *
 * @throws CoreError `invalid_setting` with everything that is wrong.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): ProcessSettings {
  const read = (name: string, otherwise: string): string => environment[name] || otherwise;
  const host = read("HOST", "127.0.0.1");
  const port = read("PORT", "3567");
  const moreHosts = read("MESHPASS_CORE_HOSTS", "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const problems: string[] = [];

  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) problems.push("PORT must be a number from 0 to 65535");
  for (const name of ["MESHPASS_CORE_ALLOW_REMOTE", "MESHPASS_PARENT_PIPE"]) {
    if (read(name, "1") !== "1") problems.push(`${name} must be 1 or not set`);
  }
  if (!isLoopback(host) && environment.MESHPASS_CORE_ALLOW_REMOTE !== "1") {
    problems.push(
      `HOST ${JSON.stringify(host)} is not loopback, and who reaches the core may try its api key: set MESHPASS_CORE_ALLOW_REMOTE=1 if that is meant`,
    );
  }
  if (problems.length > 0) throw new CoreError("invalid_setting", `The core cannot start: ${problems.join("; ")}.`);
  return {
    host,
    port: Number(port),
    hosts: ["localhost", "127.0.0.1", "[::1]", host.includes(":") ? `[${host}]` : host, ...moreHosts],
    stateFolder: read("MESHPASS_STATE_DIR", ".meshpass"),
    watchParent: environment.MESHPASS_PARENT_PIPE === "1",
  };
}
