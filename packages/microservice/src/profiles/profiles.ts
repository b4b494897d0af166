import type { Profile, ProfileContext } from "./profile.ts";
import { createProvider } from "./provider.ts";
import { createWorldmappers } from "./worldmappers.ts";

/** The sample profiles, each by the name of the service that has it. Every other service greets and queries. */
export const profiles: ReadonlyMap<string, (context: ProfileContext) => Profile> = new Map([
  ["provider", createProvider],
  ["worldmappers", createWorldmappers],
]);
