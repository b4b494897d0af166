import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import { readFields, readMapping } from "./read-fields.ts";
import { readName } from "./read-name.ts";
import { readSettings, settingFields } from "./read-settings.ts";
import type { ServiceSettings } from "./service-settings.ts";
import type { TextTable } from "./text-table.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

/** One service under `services`. */
interface Service {
  readonly key: ScalarNode;
  readonly settings: ServiceSettings;
  /** The line of `enabled: false`, else 0. */
  readonly disabledLine: number;
}

/** What stands under `services`, by name. */
export type Services = ReadonlyMap<string, Service>;

/** Reads `services: {worldmappers: {audience: urn:worldmappers}}`. The URL of the `issuer` is nobody's audience. */
export function readServices(node: YamlNode | undefined, problems: ProblemList, issuer?: string): Services {
  const services = new Map<string, Service>();
  if (node === undefined) return services;
  const audiences = new Map<string, Service>();
  for (const { key, value } of readMapping(node, "write name: and its settings, or {} for none", problems)) {
    const fields = readFields(value, { required: [], optional: settingFields }, problems);
    const settings = readSettings(fields, problems);
    const service = { key, settings, disabledLine: settings.enabled ? 0 : (fields.get("enabled") as YamlNode).line };
    checkAudience(service, fields.get("audience"), audiences, problems);
    if (issuer !== undefined && settings.audience === issuer)
      refuseIssuer(fields.get("audience") as YamlNode, problems);
    if (readName(key, problems) !== undefined) services.set(key.text, service);
  }
  return services;
}

/** An audience belongs to the first service that has it. */
function checkAudience(
  service: Service,
  node: YamlNode | undefined,
  owners: Map<string, Service>,
  problems: ProblemList,
): void {
  const { audience } = service.settings;
  if (node === undefined || audience === undefined) return;
  const owner = owners.get(audience);
  if (owner === undefined) owners.set(audience, service);
  else {
    const message = `${quote(audience)} is the audience of ${quote(owner.key.text)} too, in line ${owner.key.line}`;
    problems.report("duplicate_audience", node, message, "give each service an audience of its own");
  }
}

function refuseIssuer(node: YamlNode, problems: ProblemList): void {
  problems.report("reserved_name", node, "this is the URL of the issuer itself", "give the service another audience");
}

/**
 * Reports each service that is not among `names`, those that the map names elsewhere: nothing would follow from it, so it
 * is most likely a slip.
 */
export function checkServiceNames(services: Services, names: TextTable, problems: ProblemList): void {
  for (const [name, { key }] of services) {
    if (names.has(name)) continue;
    problems.report("unknown_name", key, `${quote(name)} stands nowhere else in the map`, () => {
      const meant = nearest(name, names.texts());
      const addition = `name ${name} in interactions`;
      return meant === undefined ? `${addition}, or delete it here` : `write ${meant}, or ${addition}`;
    });
  }
}
