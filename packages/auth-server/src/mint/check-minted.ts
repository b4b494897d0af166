import { isDeepStrictEqual } from "node:util";
import { HttpError } from "@meshpass/http-server";
import { type Keys, openToken, VerifierError } from "@meshpass/verifier";
import type { RequestedClaims, SigningKey } from "./requested-claims.ts";

/**
 * Lets a token that came back from the core pass only if every claim is the one that was asked for, none was added, and
 * it is signed by a key of the wanted family that is in `keys`: the set that we publish. An unknown key is looked for
 * once more, since the core may have changed it just now. Gives the kid of that key.
 *
 * @throws HttpError `core_key_unknown` if the key is still unknown then, `core_unavailable` for any other difference:
 * it is not the token that was decided on, and it never leaves.
 */
export async function checkMinted(
  token: string,
  requested: RequestedClaims,
  key: SigningKey,
  keys: Keys,
): Promise<string> {
  const { header, claims } = await openFresh(token, keys);
  const family = key === "static" ? "s-" : "d-";
  if (header.kid.startsWith(family) && isSame(claims, requested)) return header.kid;
  throw new HttpError("core_unavailable", { cause: new Error("the core signed something else than it was asked for") });
}

async function openFresh(token: string, keys: Keys): ReturnType<typeof openToken> {
  try {
    return await openToken(token, keys);
  } catch (error) {
    if (!isUnknownKey(error)) throw asCoreFailure(error);
  }
  try {
    await keys.refresh();
    return await openToken(token, keys);
  } catch (error) {
    throw isUnknownKey(error) ? new HttpError("core_key_unknown", { cause: error }) : asCoreFailure(error);
  }
}

const isUnknownKey = (error: unknown): boolean => error instanceof VerifierError && error.reason === "unknown_kid";

const asCoreFailure = (cause: unknown): HttpError => new HttpError("core_unavailable", { cause });

const isSame = (claims: Readonly<Record<string, unknown>>, requested: RequestedClaims): boolean => {
  const names = Object.keys(requested);
  return (
    Object.keys(claims).length === names.length &&
    names.every((name) => isDeepStrictEqual(claims[name], requested[name]))
  );
};
