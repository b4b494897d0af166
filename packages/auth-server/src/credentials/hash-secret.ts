import { createHash } from "node:crypto";

/** What is kept of a client secret: its SHA-256. */
export const hashSecret = (secret: string): Buffer => createHash("sha256").update(secret).digest();
