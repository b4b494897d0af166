import { type Caller, type Verifier, VerifierError } from "@meshpass/verifier";

/**
 * What a token says that was kept in a file, or shown, before; undefined for whatever a receiver would refuse. That keys
 * cannot be had says nothing about it.
 *
 * @throws VerifierError `keys_unavailable`
 */
export async function verifyKept(verifier: Pick<Verifier, "verify">, token: string): Promise<Caller | undefined> {
  try {
    return await verifier.verify(token);
  } catch (error) {
    if (error instanceof VerifierError && error.code === "keys_unavailable") throw error;
    return undefined;
  }
}

/** Whether less than half of a token's life is over at `nowSeconds`, since 1970. */
export const isYoung = ({ issuedAt, expiresAt }: Caller, nowSeconds: number): boolean =>
  nowSeconds < (issuedAt + expiresAt) / 2;
