import { createHash } from "node:crypto";
import type { Cut } from "@meshpass/protocol";

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** The running hash of an epoch before its first cut: 43 characters of base64url. */
export const firstHash = (epoch: number): string => digest(`meshpass cutoffs ${epoch}`);

/** The running hash after `cut`, where `hash` is the one before it. It stands for every cut of the epoch so far. */
export const nextHash = (hash: string, { number, ends }: Cut): string => digest(`${hash}\n${number} ${ends}`);
