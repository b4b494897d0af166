import { importTests } from "./import-tests.ts";

await importTests("packages/cli/test");
