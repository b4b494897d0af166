import { importTests } from "./import-tests.ts";

// Together, since the tests of each alone need less time than a process takes to start.
await importTests("packages/protocol/test", "packages/client/test", "packages/http-server/test");
