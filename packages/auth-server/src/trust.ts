import type { Log } from "@meshpass/http-server";
import { cutoffsAudience, issuerName, operatorAudience } from "@meshpass/protocol";
import { createKeys, createVerifier, type Keys, type Verifier } from "@meshpass/verifier";
import type { WithdrawnKeys } from "./keys/withdrawn-keys.ts";
import { withholdKeys } from "./keys/withhold-keys.ts";
import type { Core } from "./mint/supertokens.ts";

/** Whose word counts here: the core's keys, and who speaks for itself or for the operators under them. */
export interface Trust {
  /** What is trusted and published: the core's, without those that are withdrawn. */
  readonly keys: Keys;
  /** All that the core publishes. */
  readonly coreKeys: Keys;
  /** Of credentials; whether one is still active is the registry's to say. */
  readonly credentials: Verifier;
  /** Of operator tokens. */
  readonly operators: Verifier;
  /** Of certificates of feed keys, as every receiver has one. */
  readonly certificates: Verifier;
}

/** The keys are loaded at once and kept fresh until they are closed; a load that fails is one line of the log. */
export function createTrust(options: {
  readonly core: Core;
  /** The core's address, for the log. */
  readonly coreUri: string;
  /** ms since 1970. */
  readonly clock: () => number;
  readonly log: Log;
  readonly legacyCredentials: boolean;
  readonly withdrawn: Pick<WithdrawnKeys, "has" | "onAdd">;
}): Trust {
  const { core, coreUri, clock, log, legacyCredentials, withdrawn } = options;
  const onFailure = ({ message }: Error) =>
    log.warn({ core: coreUri, cause: message }, "The core's keys could not be read; is it up, and its address right?");
  const coreKeys = createKeys({ load: () => core.jwks(), clock, onFailure });
  const keys = withholdKeys(coreKeys, withdrawn);
  const common = { issuers: [issuerName], keys, clock };
  return {
    keys,
    coreKeys,
    credentials: createVerifier({ ...common, audience: issuerName, kind: "credential", legacyCredentials }),
    operators: createVerifier({ ...common, audience: operatorAudience, kind: "operator" }),
    certificates: createVerifier({ ...common, audience: cutoffsAudience, kind: "feed-key" }),
  };
}
