import type { Test } from "tap";
import { buildMicroservice } from "../../src/app.ts";
import { profiles } from "../../src/profiles/profiles.ts";
import type { QueryClient } from "../../src/query-target.ts";
import { createTestLog, loadedKeys, signToken } from "../fakes.ts";

/** The service `name` with its profile, and what it printed. */
export async function buildProfile(t: Test, name: string, authServer = "http://127.0.0.1:9") {
  const printed: string[] = [];
  const profile = profiles.get(name)?.({ authServer, print: (line) => void printed.push(line) });
  const audience = `urn:${name}`;
  const app = await buildMicroservice({
    name,
    services: new Map([[name, { url: "http://localhost:8080", audience }]]),
    client: {} as QueryClient,
    keys: await loadedKeys(t),
    issuers: ["auth-server"],
    openQuery: "this machine",
    ready: () => ({ ok: true, codes: [] }),
    profile,
    log: createTestLog().log,
  });
  t.teardown(() => app.close());
  /** Headers with a token for the service that has `scope`. */
  const bearer = (scope: string) => ({
    authorization: `Bearer ${signToken({ aud: audience, ...(scope === "" ? {} : { scope }) })}`,
  });
  return { app, bearer, printed, greeting: profile?.greet("http://localhost:8080") };
}
