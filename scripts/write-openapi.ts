import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createAuthServer, describeApi, readConfig } from "@meshpass/auth-server";
import { createLog } from "@meshpass/http-server";

/** What is described does not depend on a core: nobody listens there, and nobody is asked. */
const core = { SUPERTOKENS_CONNECTION_URI: "http://127.0.0.1:9", SUPERTOKENS_API_KEY: "none" };
const silent = createLog({ name: "openapi", level: "silent", human: false, write: () => undefined });

const stateFolder = mkdtempSync(join(tmpdir(), "meshpass-openapi-"));
const read = readConfig({ env: { ...core, MESHPASS_STATE_DIR: stateFolder }, readFile: () => undefined });
if ("problems" in read) throw new Error(read.problems.join("\n"));
const server = await createAuthServer(read.config, silent, Date.now);
const docs = resolve(import.meta.dirname, "../packages/auth-server/docs");
for (const [name, document] of Object.entries(await describeApi(server)))
  writeFileSync(join(docs, `openapi-${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
await Promise.all([server.app.close(), server.operatorApp.close(), server.metricsApp.close()]);
await server.close();
rmSync(stateFolder, { recursive: true });
