import { importTests } from "./import-tests.ts";

await importTests("packages/auth-server/test");
