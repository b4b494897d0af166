import type { RefusedCase } from "./case.ts";
import { claimCases, timeCases } from "./claims.ts";
import { delegatedCases } from "./delegated.ts";
import { headerCases } from "./header.ts";
import { keyCases } from "./key.ts";
import { kindCases } from "./kind.ts";
import { payloadCases } from "./payload.ts";
import { spellingCases } from "./spelling.ts";

export const refusedCases: readonly RefusedCase[] = [
  ...spellingCases,
  ...headerCases,
  ...keyCases,
  ...payloadCases,
  ...claimCases,
  ...timeCases,
  ...kindCases,
  ...delegatedCases,
];
