import { createHash } from "node:crypto";
import type { Cut } from "@meshpass/protocol";

/** The running hash of a feed before its first cut, in base64url. */
export const firstHash = (epoch: number): string => sha256(`meshpass cutoffs ${epoch}`);

/** The running hash after `cut`, from the one before it. */
export const nextHash = (previous: string, { number, ends }: Cut): string => sha256(`${previous}\n${number} ${ends}`);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
