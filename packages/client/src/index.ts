export type { Answer } from "./answer.ts";
export type { CallInit } from "./call-init.ts";
export { ClientError, type ClientErrorCode } from "./client-error.ts";
export type { ClientOptions } from "./client-options.ts";
export { type Client, createClient, type GetTokenOptions } from "./create-client.ts";
export type { CredentialSource } from "./credential-file.ts";
export { type CredentialOption, createCredentialSource } from "./credential-source.ts";
export type { Token } from "./request-token.ts";
export type { ClientWarning } from "./warning.ts";
