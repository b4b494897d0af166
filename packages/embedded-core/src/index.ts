export { type Core, type CoreOptions, createCore } from "./core.ts";
export type { CoreSettings } from "./core-config.ts";
export { CoreError, type CoreErrorCode } from "./core-error.ts";
export { type KeyFamily, type KeyStore, openKeyStore, type StoredKey } from "./key-store.ts";
