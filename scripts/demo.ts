import { enableCompileCache } from "node:module";
import { compileCache } from "./compile-cache.ts";

// What comes after this line is compiled once, so nothing more may be imported before it.
enableCompileCache(compileCache);
await import("./demo/run-demo.ts");
