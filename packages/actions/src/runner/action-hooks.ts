import type { LoadHookSync, ResolveHookSync } from "node:module";
import type { ActionSource } from "./messages.ts";

/** The address by which the action `name` is imported, and that a stack names. */
export const actionUrl = (name: string): string => `action:/${name}`;

/**
 * Hooks with which `importer`, the address of a module, imports `sources` from memory, and nobody imports anything else:
 * an action is one file, and neither Node's modules nor the disk are there for it.
 */
export function createActionHooks(
  sources: readonly ActionSource[],
  importer: string,
): { readonly resolve: ResolveHookSync; readonly load: LoadHookSync } {
  const texts = new Map(sources.map(({ name, text }) => [actionUrl(name), text]));

  function resolve(specifier: string, { parentURL }: { readonly parentURL?: string | undefined }) {
    if (parentURL === importer && texts.has(specifier)) return { url: specifier, shortCircuit: true };
    throw new Error(`an action imports nothing but types, and this one imports ${specifier}`);
  }

  function load(url: string) {
    const format = url.endsWith(".ts") ? "module-typescript" : "module";
    return { format, source: texts.get(url) ?? "", shortCircuit: true } as const;
  }

  return { resolve, load };
}
