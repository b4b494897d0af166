import { importTests } from "../../../config/build/import-tests.ts";

await importTests(import.meta.dirname);
