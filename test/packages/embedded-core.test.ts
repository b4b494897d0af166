import { importTests } from "./import-tests.ts";

await importTests("packages/embedded-core/test");
