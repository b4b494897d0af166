import type { Outside } from "@meshpass/cli";

/** A world for `meshpass` in which there is nothing, but for what `changes` puts there. */
export const outside = (changes: Partial<Outside> = {}): Outside => ({
  open: async function* () {},
  nowSeconds: () => 0,
  mapFile: "default.yaml",
  paint: (_meaning, text) => text,
  print: () => undefined,
  operator: { call: async () => ({}) },
  warn: () => undefined,
  progress: () => undefined,
  elapsedMs: () => 0,
  sleep: async () => undefined,
  writeSecret: async () => undefined,
  credentialPath: (service, type) => `credentials/${service}.${type}`,
  openActions: async () => {
    throw Object.assign(new Error(), { code: "ENOENT" });
  },
  ...changes,
});
