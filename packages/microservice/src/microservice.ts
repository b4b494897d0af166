import { type Client, createClient, createCredentialSource } from "@meshpass/client";
import { createMetrics, type Log, type Readiness } from "@meshpass/http-server";
import { issuerName, paths } from "@meshpass/protocol";
import { remoteIntrospection, remoteKeys } from "@meshpass/verifier";
import type { FastifyInstance } from "fastify";
import { buildMicroservice } from "./app.ts";
import type { Config } from "./config.ts";
import { showCutoffs } from "./cutoffs-metrics.ts";
import type { Profile } from "./profiles/profile.ts";
import { readinessOf } from "./readiness.ts";
import { createServiceCutoffs } from "./service-cutoffs.ts";
import { type CredentialState, stateAfter, tryCredential } from "./try-credential.ts";

/** A service, wired and at work, but not listening yet. */
export interface Microservice {
  readonly app: FastifyInstance;
  readonly metricsApp: FastifyInstance;
  readonly readiness: () => Readiness;
  /**
   * Tries for what is still missing, credential or keys, and logs what is well again. To be called every second or so; never
   * rejects.
   */
  readonly prepare: () => Promise<void>;
  /** Lets go of keys, cut-offs and connections. The apps are closed by who listens. */
  readonly close: () => Promise<void>;
}

/** Wires one service of `config`: its client, its keys, its routes, which are those of `profile` where it has one. */
export async function createMicroservice(config: Config, log: Log, profile?: Profile): Promise<Microservice> {
  const { name, services, authServer, allowHttp, openQuery } = config;
  const keys = remoteKeys({
    url: new URL(paths.jwks, authServer).href,
    allowHttp,
    onFailure: (error) => log.warn({ cause: error.message }, "Keys could not be loaded"),
  });
  const introspection = remoteIntrospection({
    url: new URL(paths.introspect, authServer).href,
    credential: createCredentialSource(config.credential, () => undefined).read,
    allowHttp,
  });
  const client = createServiceClient(config, log);
  const metrics = createMetrics();
  let credential: CredentialState = "untried";
  const cutoffs = createServiceCutoffs(config, keys, log);
  showCutoffs(metrics.registry, cutoffs.status);
  const readiness = () => readinessOf({ hasKeys: keys.ready(), hasCutoffs: cutoffs.ready(), credential });

  let wasBad = false;
  function note(now: CredentialState): void {
    if (now !== credential && isBad(now)) {
      log.error(remedy(name));
      wasBad = true;
    }
    if (now === "accepted" && wasBad) log.warn("There is a credential now that the auth server accepts");
    credential = now;
  }

  /** A credential that was good may be cut at any time; the first call to learn of it tells the rest of us. */
  const fetch: Client["fetch"] = async (...call) => {
    try {
      return await client.fetch(...call);
    } catch (error) {
      const state = stateAfter(error);
      if (isBad(state)) note(state);
      throw error;
    }
  };
  const common = {
    name,
    services,
    keys,
    cutoffs,
    introspection,
    issuers: [issuerName, config.issuer],
    openQuery,
    ready: readiness,
    profile,
    log,
    metrics,
  };
  const app = await buildMicroservice({ ...common, client: { fetch } });

  async function prepare(): Promise<void> {
    cutoffs.noteHealth();
    if (credential !== "accepted") note(await tryCredential(client, name));
    // The auth server is there now, and the keys' own schedule may have slowed down while it was not.
    const hasAnswered = credential === "accepted" || credential === "refused";
    if (hasAnswered && !keys.ready()) await keys.refresh().catch(() => {});
  }

  const close = async () => {
    await cutoffs.close();
    keys.close();
    introspection.close();
    await client.close();
  };
  return { app, metricsApp: metrics.createServer(), readiness, prepare, close };
}

function createServiceClient(config: Config, log: Log): Client {
  const { authServer, credential, services, allowHttp } = config;
  const onWarning = ({ message }: { readonly message: string }) => log.warn(message);
  return createClient({ authServer, credential, services, allowHttp, onWarning });
}

const isBad = (credential: CredentialState): boolean => credential === "missing" || credential === "refused";

const remedy = (name: string) =>
  `There is no credential that the auth server accepts. Issue one: pnpm meshpass credentials issue ${name}`;
