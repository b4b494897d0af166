import { type CompiledMap, hasName, serviceOfAudience } from "@meshpass/policy";
import type { Parameters } from "./parameters.ts";

/** What a request names as its target; undefined where it names none, or two that differ (`resource` is RFC 8707's). */
export function targetNamedIn(parameters: Parameters): string | undefined {
  const [audience, resource] = [parameters.get("audience"), parameters.get("resource")];
  return audience !== undefined && resource !== undefined && audience !== resource ? undefined : (audience ?? resource);
}

/** The service that is meant by an audience, or by its name in the map. */
export const findTarget = (map: CompiledMap, named: string): string | undefined =>
  serviceOfAudience(map, named) ?? (hasName(map, named) ? named : undefined);
