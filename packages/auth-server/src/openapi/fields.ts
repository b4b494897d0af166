import { count, described, matching } from "@meshpass/http-server/openapi";
import {
  endingGrammar,
  instanceGrammar,
  jtiGrammar,
  kidGrammar,
  reservedNames,
  serviceNameGrammar,
} from "@meshpass/protocol";

// Fields that more than one route knows.

export const serviceName = matching(serviceNameGrammar, {
  description: "The name of a service",
  not: { enum: [...reservedNames] },
  examples: ["m1"],
});

export const jti = matching(jtiGrammar, { description: "The id of a token or of a credential" });

export const kid = matching(kidGrammar, { description: "The id of a key" });

export const instance = matching(instanceGrammar, { description: "What a receiver calls itself for its life" });

export const ends = matching(endingGrammar, { description: "What a cut ends" });

export const epoch = described("A lost store starts a higher one", count);

export const cutNumber = described("Of the last cut", count);
