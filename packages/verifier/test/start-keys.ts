import type { Test } from "tap";
import { createKeys, type KeysOptions, type VerifierError } from "../src/index.ts";
import { createSigningKey } from "./fake-issuer.ts";
import { createFakeTime } from "./fake-time.ts";

export const first = createSigningKey("d-1");
export const second = createSigningKey("d-2");
export const jwksOf = (...keys: { jwk: unknown }[]): unknown => ({ keys: keys.map(({ jwk }) => jwk) });
export const unavailable = (reason: string) => ({ name: "VerifierError", code: "keys_unavailable", reason });

/** Keys over a source whose answer can be changed; `loads` counts how often it was asked. */
export function startKeys(t: Test, answer: unknown, more: Partial<KeysOptions> = {}) {
  const time = createFakeTime();
  const failures: string[] = [];
  const source = { answer, loads: 0 };
  const load = async (): Promise<unknown> => {
    source.loads += 1;
    const given = await source.answer;
    if (given instanceof Error) throw given;
    return given;
  };
  const { clock, timers } = time;
  const onFailure = (error: VerifierError) => void failures.push(error.reason);
  const keys = createKeys({ load, clock, timers, random: () => 0.5, onFailure, ...more });
  t.teardown(keys.close);
  return { keys, source, time, failures };
}
