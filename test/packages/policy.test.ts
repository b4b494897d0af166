import { importTests } from "./import-tests.ts";

await importTests("packages/policy/test");
