import type { CompiledMap } from "./compiled-map.ts";
import { findText, textAt } from "./packed-texts.ts";
import { defaultSettings, type ServiceSettings } from "./service-settings.ts";

/** What was read of each map, by the number of its text. No service has more than one. */
const read = new WeakMap<CompiledMap, Map<number, ServiceSettings>>();

/**
 * What `map` says about service `name`: the defaults where it says nothing, also of a name that is not in it. Asked again it
 * gives the same object, which nobody can change. Any text may be a name.
 */
export const settingsOf = (map: CompiledMap, name: string): ServiceSettings =>
  settingsAt(map, findText(map.names, name));

/** The same of the service whose number is `service`, or of none if that is -1. */
export function settingsAt(map: CompiledMap, service: number): ServiceSettings {
  const text = map.services.settings[service] ?? 0;
  if (text === 0) return defaultSettings;
  return read.get(map)?.get(text) ?? readSettings(map, text);
}

function readSettings(map: CompiledMap, text: number): ServiceSettings {
  const settings = parseSettings(textAt(map.texts, text));
  const known = read.get(map) ?? new Map<number, ServiceSettings>();
  read.set(map, known.set(text, settings));
  return settings;
}

function parseSettings(json: string): ServiceSettings {
  const { metadata, ...written } = JSON.parse(json);
  const settings = { ...written, metadata: Object.assign(Object.create(null), metadata) };
  Object.values(settings).forEach(Object.freeze);
  return Object.freeze(settings);
}

/** The one `aud` of tokens for service `name`: the audience that `map` gives it, else its name. */
export const audienceOf = (map: CompiledMap, name: string): string => settingsOf(map, name).audience ?? name;

/**
 * The service of `map` whose canonical audience ({@link audienceOf}) is `audience`, which may be any text. Undefined if there
 * is none: a service with an audience of its own is not found by its name. It may be disabled.
 */
export function serviceOfAudience(map: CompiledMap, audience: string): string | undefined {
  const owner = map.services.owners[findText(map.audiences, audience)];
  if (owner !== undefined) return textAt(map.names, owner);
  const isName = findText(map.names, audience) !== -1;
  return isName && settingsOf(map, audience).audience === undefined ? audience : undefined;
}
