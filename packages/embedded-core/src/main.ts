import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { keepApiKey } from "./api-key.ts";
import { type Core, createCore } from "./core.ts";
import { CoreError } from "./core-error.ts";
import { type KeyStore, openKeyStore } from "./key-store.ts";
import { type ProcessSettings, readSettings } from "./read-settings.ts";

/** Lets requests in flight end, then ends the process. Asked again, it goes on with that. */
function createShutdown(core: Core, store: KeyStore): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    void core.close().then(() => {
      store.close();
      process.exit(0);
    });
  };
}

/** The first signal shuts down, the second one ends the process at once. */
function stopOn(shutDown: () => void, { watchParent }: ProcessSettings): void {
  let signalled = false;
  const onSignal = (): void => {
    if (signalled) process.exit(1);
    signalled = true;
    shutDown();
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  // The pipe ends when the parent does, however that comes to die.
  if (watchParent)
    process.stdin
      .on("error", () => {})
      .once("close", shutDown)
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
