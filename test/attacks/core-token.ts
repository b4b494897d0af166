import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "../walk/ask.ts";
import type { MeshPlace } from "../walk/mesh-place.ts";

/** The core that `mesh` has its tokens signed by: its own, or the one that the environment names. */
export function coreOf({ env, url, stateFolder }: MeshPlace): {
  readonly uri: string;
  readonly apiKey: string | undefined;
} {
  if (env.SUPERTOKENS_CONNECTION_URI !== undefined) {
    return { uri: env.SUPERTOKENS_CONNECTION_URI, apiKey: env.SUPERTOKENS_API_KEY };
  }
  return { uri: url("core"), apiKey: readFileSync(join(stateFolder, "core-api-key"), "utf8").trim() };
}

/** What an attacker who holds the core's api key could have signed: any claims, by either key. */
export async function signAtCore(mesh: MeshPlace, payload: object, options: { static: boolean; validity?: number }) {
  const { uri, apiKey } = coreOf(mesh);
  const answer = await ask(`${uri}/recipe/jwt`, {
    method: "POST",
    headers: {
      ...(apiKey === undefined ? {} : { "api-key": apiKey }),
      "cdi-version": "5.4",
      "content-type": "application/json; charset=utf-8",
    },
    body: JSON.stringify({
      payload,
      validity: options.validity ?? 300,
      useStaticSigningKey: options.static,
      algorithm: "RS256",
      jwksDomain: "http://localhost",
    }),
  });
  const { jwt } = JSON.parse(answer.text);
  if (typeof jwt !== "string") throw new Error(answer.text);
  return jwt;
}
