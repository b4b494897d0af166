import type { Log } from "@meshpass/http-server";
import type { CredentialStore } from "../store/credential-store.ts";
import { type CredentialRegistry, openRegistry } from "./credential-registry.ts";

/** The registry over `store`, with the log lines that legacy credentials deserve. */
export const keepRegistry = ({
  log,
  ...options
}: {
  readonly store: CredentialStore;
  readonly clock: () => number;
  readonly log: Log;
  readonly development: boolean;
  readonly staticKeyEnds: () => readonly number[];
}): Promise<CredentialRegistry> =>
  openRegistry({
    ...options,
    onLegacy: ({ service, hash }) =>
      log.warn(
        { service, hash: hash.slice(0, 12) },
        `A credential without a jti was accepted; replace it: pnpm meshpass credentials issue ${service}`,
      ),
  });
