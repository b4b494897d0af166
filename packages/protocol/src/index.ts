export {
  type Confirmation,
  type Cut,
  type CutoffsAnswer,
  type CutoffsEnvelope,
  cutLifeSeconds,
  cutoffsAudience,
  endingGrammar,
  endings,
  envelopeLifetimeSeconds,
  envelopePacesMs,
  envelopeType,
  type FeedKeyClaims,
  formatGeneration,
  type Generation,
  instanceGrammar,
  isEnding,
  isInstance,
  isOlder,
  maxProofLength,
  parseGeneration,
} from "./cutoffs.ts";
export {
  type Actor,
  actOf,
  callsOf,
  type DelegatedTokenClaims,
  type Delegation,
  longestChain,
  type ParentToken,
  readDelegation,
} from "./delegation.ts";
export { type Duration, parseDuration } from "./duration.ts";
export { challengeOf, type ErrorBody, type ErrorCode, type ErrorSpec, errorBody, errors } from "./errors.ts";
export { findNameProblem, type NameProblem } from "./find-name-problem.ts";
export {
  type Block,
  type BlockList,
  type BlockRequest,
  isBlockList,
  isUnblockAnswer,
  type UnblockAnswer,
} from "./operator/blocks.ts";
export {
  type CredentialAnswer,
  type CredentialList,
  type CredentialRequest,
  type CredentialType,
  type IssuedCredential,
  isCredentialAnswer,
  isCredentialList,
  isCredentialType,
  isKeptTokensAnswer,
  isKeyAnswer,
  isSecretAnswer,
  type KeptTokensAnswer,
  type KeyAnswer,
  type LegacyCredential,
  type NewCredential,
  type NewKey,
  type NewSecret,
  type SecretAnswer,
} from "./operator/credentials.ts";
export { type CutAnswer, type CutRequest, isCutAnswer, type UnknownName, type WantedCut } from "./operator/cuts.ts";
export {
  type Forecast,
  isForecast,
  type LiveTokens,
  type RecordedSearch,
  type RecordedToken,
} from "./operator/forecast.ts";
export {
  type DroppedAtCore,
  isKeyList,
  isPromoteAnswer,
  isStageAnswer,
  isWithdrawAnswer,
  type KeyChange,
  type KeyList,
  type ListedKey,
  type PromoteAnswer,
  type ReceiverBehind,
  type Rotation,
  type StageAnswer,
  type WithdrawAnswer,
} from "./operator/keys.ts";
export { type KeyText, type PublicKeyInput, readKeyText } from "./operator/public-key.ts";
export {
  type ForgetAnswer,
  isForgetAnswer,
  isReceiverList,
  type Receiver,
  type ReceiverList,
} from "./operator/receivers.ts";
export { isServerStatus, type MapStatus, type ServerStatus } from "./operator/status.ts";
export { parseJson } from "./parse-json.ts";
export { paths } from "./paths.ts";
export { defaultPorts, parsePortOffset, portOffsetProblem, shiftLoopbackPort } from "./ports.ts";
export { escapeDeceptive, quote } from "./quote.ts";
export { scopeGrammar, scopeTokenGrammar } from "./scope.ts";
export { isServiceName, parseServiceName, reservedNames, serviceNameGrammar } from "./service-name.ts";
export type { Shape } from "./shape.ts";
export { accessTokenType, tokenExchangeGrant } from "./token-exchange.ts";
export { isJti, isKid, jtiGrammar, kidGrammar } from "./token-ids.ts";
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
