import { paths } from "@meshpass/protocol";
import type { Mesh } from "../walk/start-mesh.ts";
import { coreOf } from "./core-token.ts";

/** A server that reads bodies, and a request that it answers with 200. */
export interface BodyReader {
  readonly name: string;
  readonly url: string;
  /** Without the type of the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, an object. */
  readonly body: string;
  /** Whether it refuses as our servers do; a core does it as SuperTokens' own, in plain text. */
  readonly isOurs: boolean;
}

/** Every server of `mesh` that reads bodies; a core that is not its own is left in peace. */
export function bodyReaders(mesh: Mesh): readonly BodyReader[] {
  const authorization = `Bearer ${mesh.credential("m1")}`;
  const common = { body: '{"target":"m2"}', isOurs: true };
  const ours: readonly BodyReader[] = [
    { name: "the auth server", url: mesh.url("authServer") + paths.accessToken, headers: { authorization }, ...common },
    { name: "m1", url: mesh.url("m1") + paths.query, headers: {}, ...common },
  ];
  return mesh.env.SUPERTOKENS_CONNECTION_URI === undefined ? [...ours, coreReader(mesh)] : ours;
}

const coreReader = (mesh: Mesh): BodyReader => ({
  name: "the core",
  url: `${mesh.url("core")}/recipe/jwt`,
  headers: { "api-key": coreOf(mesh).apiKey ?? "", "cdi-version": "5.4" },
  body: '{"payload":{},"validity":60,"useStaticSigningKey":false,"algorithm":"RS256","jwksDomain":"http://localhost"}',
  isOurs: false,
});
