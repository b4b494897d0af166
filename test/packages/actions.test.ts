import { importTests } from "./import-tests.ts";

await importTests("packages/actions/test");
