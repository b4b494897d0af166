import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { keepApiKey } from "./api-key.ts";
import { type Core, createCore } from "./core.ts";
import { CoreError } from "./core-error.ts";
import { type KeyStore, openKeyStore } from "./key-store.ts";
import { type ProcessSettings, readSettings } from "./read-settings.ts";

/** Ends the process once requests in flight are answered; asked a second time, at once. */
function createShutdown(core: Core, store: KeyStore): () => void {
  let asked = false;
  return () => {
    if (asked) process.exit(1);
    asked = true;
    void core.close().then(() => {
      store.close();
      process.exit(0);
    });
  };
}

function stopOn(shutDown: () => void, { watchParent }: ProcessSettings): void {
  process.on("SIGTERM", shutDown);
  process.on("SIGINT", shutDown);
  // The pipe ends when the process that holds its other end does, however that comes to die.
  if (watchParent)
    process.stdin
      .on("close", shutDown)
      .on("error", () => {})
      .resume();
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { host, port, hosts, stateFolder } = settings;
  const apiKey = keepApiKey(join(stateFolder, "core-api-key"), randomBytes);
  const store = openKeyStore(join(stateFolder, "core.sqlite"));
  const onError = (error: unknown): void => console.error(`Embedded core: ${(error as Error).message}`);
  const core = await createCore({ store, apiKey, hosts, onError });
  const url = await core.listen({ host, port });
  stopOn(createShutdown(core, store), settings);
  console.log(`Embedded core on ${url.replace("127.0.0.1", "localhost")}`);
}

main().catch((error) => {
  if (!(error instanceof CoreError)) throw error;
  console.error(error.message);
  process.exit(1);
});
