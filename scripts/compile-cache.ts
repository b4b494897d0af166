import { join } from "node:path";

/** What has been compiled once is not compiled again: it is two fifths of what it takes to be ready. */
export const compileCache = join(import.meta.dirname, "..", "node_modules", ".cache", "compile");
