import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, type Mesh } from "../walk/start-mesh.ts";

/** What an attacker who holds the core's api key could have signed: any claims, by either key. */
export async function signAtCore(mesh: Mesh, payload: object, options: { static: boolean; validity?: number }) {
  const answer = await ask(`${mesh.url("core")}/recipe/jwt`, {
    method: "POST",
    headers: {
      "api-key": readFileSync(join(mesh.stateFolder, "core-api-key"), "utf8").trim(),
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
