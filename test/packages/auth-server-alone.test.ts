import { importTests } from "./import-tests.ts";

// supertokens-node knows one core in a process: these run in order, and each one's fake core takes the place of the last.
await importTests("packages/auth-server/test/alone");
