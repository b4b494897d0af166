import { randomUUID } from "node:crypto";
import type { StoredKey } from "./key-store.ts";

/** A static key, made at `createdAt` (milliseconds since 1970), which signs from then on. */
export const newStaticKey = (privateKey: Uint8Array, createdAt: number): StoredKey => ({
  kid: `s-${randomUUID()}`,
  family: "static",
  createdAt,
  signsFrom: createdAt,
  privateKey,
});

/** A dynamic key, made at `createdAt`, which signs from `signsFrom` on; unscheduled where that is undefined. */
export const newDynamicKey = (privateKey: Uint8Array, createdAt: number, signsFrom: number | undefined): StoredKey => ({
  kid: `d-${createdAt}`,
  family: "dynamic",
  createdAt,
  signsFrom,
  privateKey,
});
