import { JsonNumber, type JsonValue } from "./read-json.ts";
import { writeJson } from "./write-json.ts";

/** The settings of this core that the real one has too. */
export interface CoreSettings {
  /** `access_token_validity`, in seconds. */
  readonly accessTokenValiditySeconds: number;
  /** `access_token_dynamic_signing_key_update_interval`, in hours. */
  readonly dynamicKeyUpdateHours: number;
}

/** The settings as the real core starts with. */
export const defaultSettings: CoreSettings = { accessTokenValiditySeconds: 3_600, dynamicKeyUpdateHours: 168 };

/** The JSON text that `GET /recipe/dashboard/tenant/core-config` answers with, each setting in the real core's form. */
export function describeSettings(settings: CoreSettings): string {
  const config = [
    describe(
      "access_token_validity",
      integer(settings.accessTokenValiditySeconds),
      integer(defaultSettings.accessTokenValiditySeconds),
      "Seconds; a replaced dynamic key stays published for twice as long.",
    ),
    describe(
      "access_token_dynamic_signing_key_update_interval",
      decimal(settings.dynamicKeyUpdateHours),
      decimal(defaultSettings.dynamicKeyUpdateHours),
      "Hours after which a dynamic signing key is replaced.",
    ),
  ];
  return writeJson(
    new Map<string, JsonValue>([
      ["status", "OK"],
      ["config", config],
    ]),
  );
}

const integer = (value: number): JsonNumber => new JsonNumber(String(value));
/** The real core keeps hours in a double and writes 168.0. */
const decimal = (value: number): JsonNumber => new JsonNumber(value.toExponential());

const describe = (key: string, value: JsonNumber, defaultValue: JsonNumber, description: string): JsonValue =>
  new Map<string, JsonValue>([
    ["key", key],
    ["valueType", "number"],
    ["value", value],
    ["description", description],
    ["isDifferentAcrossTenants", false],
    ["possibleValues", null],
    ["isNullable", false],
    ["defaultValue", defaultValue],
    ["isPluginProperty", false],
    ["isPluginPropertyEditable", false],
  ]);
