import { importTests } from "./import-tests.ts";

await importTests("packages/http-server/test");
