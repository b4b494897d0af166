import type { CompiledMap } from "./compiled-map.ts";
import { packTexts } from "./packed-texts.ts";
import type { Services } from "./read-services.ts";
import type { TextTable } from "./text-table.ts";

/** Brings what stands under `services` into columns. `names` are all of the map's, ascending; texts go into `texts`. */
export function compileServices(
  services: Services,
  names: readonly string[],
  texts: TextTable,
): Pick<CompiledMap, "services" | "audiences"> {
  const listed = names.map((name) => services.get(name));
  const owners = listed
    .flatMap((service, owner) => (service?.settings.audience ? [{ audience: service.settings.audience, owner }] : []))
    .sort((a, b) => (a.audience < b.audience ? -1 : 1));
  return {
    services: {
      settings: Int32Array.from(listed, (service) => (service ? texts.add(JSON.stringify(service.settings)) : 0)),
      disabledLines: Int32Array.from(listed, (service) => service?.disabledLine ?? 0),
      owners: Int32Array.from(owners, ({ owner }) => owner),
    },
    audiences: packTexts(owners.map(({ audience }) => audience)),
  };
}
