import { randomBytes } from "node:crypto";
import { paths } from "@meshpass/protocol";
import { createApp, listen } from "./listen.ts";

// What a token endpoint costs before it does anything: the same factory, hooks and body, and an answer of the same size.
const [length] = process.argv.slice(2).map(Number);
const accessToken = randomBytes(length ?? 0)
  .toString("hex")
  .slice(0, length);
const app = createApp();
app.post(paths.accessToken, async () => ({ accessToken, tokenType: "Bearer", expiresIn: 300 }));
await listen(app);
