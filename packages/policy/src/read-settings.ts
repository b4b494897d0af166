import type { ProblemList } from "./problem.ts";
import { readAudience } from "./read-audience.ts";
import { readChoice, readSwitch } from "./read-choice.ts";
import { readList } from "./read-fields.ts";
import { readMetadata } from "./read-metadata.ts";
import { readNames } from "./read-name.ts";
import { readQuota } from "./read-quota.ts";
import { readKnownScopes } from "./read-scopes.ts";
import { defaultSettings, errorForms, grants, type ServiceSettings, tokenFormats } from "./service-settings.ts";
import type { YamlNode } from "./yaml-node.ts";

type Read<Setting> = (node: YamlNode, problems: ProblemList) => Setting | undefined;

/** The field in which each setting is written, and what reads it. */
const readers: {
  readonly [Name in keyof ServiceSettings]-?: readonly [field: string, Read<Exclude<ServiceSettings[Name], undefined>>];
} = {
  audience: ["audience", readAudience],
  scopes: ["scopes", readKnownScopes],
  metadata: ["metadata", readMetadata],
  grants: ["grants", readGrants],
  tokenFormat: ["token_format", (node, problems) => readChoice(node, tokenFormats, problems)],
  enabled: ["enabled", readSwitch],
  errors: ["errors", (node, problems) => readChoice(node, errorForms, problems)],
  quota: ["quota", readQuota],
};

const settings = Object.entries(readers).map(([name, [field, read]]) => ({ name, field, read }));

/** The fields that a service may have. */
export const settingFields: readonly string[] = settings.map(({ field }) => field);

/** What the fields of a service say. One that is wrong is as if it were not there. */
export function readSettings(fields: ReadonlyMap<string, YamlNode>, problems: ProblemList): ServiceSettings {
  const written: Record<string, unknown> = {};
  for (const { name, field, read } of settings) {
    const node = fields.get(field);
    const setting = node && read(node, problems);
    if (setting !== undefined) written[name] = setting;
  }
  return { ...defaultSettings, ...written };
}

function readGrants(node: YamlNode, problems: ProblemList): ServiceSettings["grants"] {
  const known = readNames(readList(node, problems), (item) => readChoice(item, grants, problems), problems);
  return grants.filter((grant) => known.has(grant));
}
