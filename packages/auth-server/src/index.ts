export { type AuthServer, createAuthServer } from "./auth-server.ts";
export type { Config, CoreConfig, TlsConfig } from "./config/config.ts";
export type { ConfigSources } from "./config/config-sources.ts";
export { readConfig } from "./config/read-config.ts";
export { type DescribedApi, describeApi } from "./openapi/describe-api.ts";
