export {
  type Confirmation,
  type Cut,
  type CutoffsAnswer,
  type CutoffsEnvelope,
  cutLifeSeconds,
  cutoffsAudience,
  endings,
  envelopeLifetimeSeconds,
  envelopePacesMs,
  envelopeType,
  type FeedKeyClaims,
  formatGeneration,
  type Generation,
  isEnding,
  isInstance,
  isOlder,
  maxProofLength,
  parseGeneration,
} from "./cutoffs.ts";
export { type Duration, parseDuration } from "./duration.ts";
export { challengeOf, type ErrorBody, type ErrorCode, type ErrorSpec, errorBody, errors } from "./errors.ts";
export { paths } from "./paths.ts";
export { defaultPorts, parsePortOffset, portOffsetProblem, shiftLoopbackPort } from "./ports.ts";
export { isServiceName, parseServiceName, reservedNames } from "./service-name.ts";
export { isJti, isKid } from "./token-ids.ts";
export {
  type AccessTokenAnswer,
  type AccessTokenClaims,
  type CredentialClaims,
  clockToleranceSeconds,
  issuerName,
  type KeyFamily,
  longestAccessLifetimeSeconds,
  maxTokenBytes,
  type OperatorClaims,
  type OperatorRole,
  operatorAudience,
  type TokenKind,
  type TokenRules,
  tokenRules,
} from "./tokens.ts";
export { checkTransport, isLoopback } from "./transport.ts";
