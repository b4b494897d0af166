import { importTests } from "./import-tests.ts";
import { startPlainWorkers } from "./plain-workers.ts";

// supertokens-node knows one core in a process: these run in order, and each one's fake core takes the place of the last.
startPlainWorkers();
await importTests("packages/auth-server/test/alone");
