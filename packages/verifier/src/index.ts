export type { VerifierOptions } from "./acceptance-rules.ts";
export type { Caller } from "./caller.ts";
export { createVerifier, type Verifier } from "./create-verifier.ts";
export { createCutoffs, type FedCutoffs } from "./cutoffs/create-cutoffs.ts";
export type { Cutoffs, CutoffsStatus, CutRefusal } from "./cutoffs/cutoffs.ts";
export type { CutoffsOptions } from "./cutoffs/cutoffs-options.ts";
export { type CutSubject, endingOfJti, endingsOf } from "./cutoffs/endings-of.ts";
export type { FeedCondition } from "./cutoffs/feed-age.ts";
export type { FeedEvent, Taken } from "./cutoffs/feed-reader.ts";
export { readProof } from "./cutoffs/read-proof.ts";
export { type RemoteCutoffs, type RemoteCutoffsStatus, remoteCutoffs } from "./cutoffs/remote-cutoffs.ts";
export type { RemoteCutoffsOptions } from "./cutoffs/remote-cutoffs-options.ts";
export {
  type CheckProof,
  createProofCheck,
  type ProofCheckOptions,
  type ProvenRequest,
} from "./dpop/create-proof-check.ts";
export type { ShownRequest } from "./dpop/create-proof-rule.ts";
export type { DpopOptions } from "./dpop/dpop-options.ts";
export { createNonces, type Nonces } from "./dpop/nonces.ts";
export { proofAlgs } from "./dpop/read-dpop-proof.ts";
export { readProofHeaders } from "./dpop/read-proof-headers.ts";
export type { Introspection } from "./introspection/introspection.ts";
export { type RemoteIntrospectionOptions, remoteIntrospection } from "./introspection/remote-introspection.ts";
export type { PublicJwk, VerificationKey } from "./jwk-set.ts";
export { createKeys, type Keys } from "./keys.ts";
export type { KeysOptions } from "./keys-options.ts";
export { type OpenedToken, openToken } from "./open-token.ts";
export { readAuthorization, readBearer } from "./read-bearer.ts";
export { type RemoteKeysOptions, remoteKeys } from "./remote-keys.ts";
export type { Timers } from "./timers.ts";
export { type Refusal, VerifierError } from "./verifier-error.ts";
