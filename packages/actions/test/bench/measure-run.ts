import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createActions } from "@meshpass/actions";
import { eventOfClient } from "../event-of.ts";

// Prints what one run of one action costs: run with `node packages/actions/test/bench/measure-run.ts`.
const runs = 5_000;
const text = `export async function onExecuteCredentialsExchange(event, api) {
  if (event.client.metadata.banned === "true") api.access.deny("invalid_request", "banned");
  api.accessToken.setCustomClaim("customerId", event.client.metadata.customer_id);
}`;

const folder = mkdtempSync(join(tmpdir(), "actions-"));
writeFileSync(join(folder, "a.js"), text, { mode: 0o600 });
const startedAt = performance.now();
const actions = await createActions({ folder, onWarning: console.warn, onLog: console.log });
console.log(`start ${Math.round(performance.now() - startedAt)} ms`);

const event = eventOfClient("m1", { customer_id: "customer-a" });

/** Runs all of them, `atOnce` at a time, and prints what one costs. */
async function measure(atOnce: number): Promise<void> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const each = Array.from({ length: atOnce }, async () => {
    for (let run = 0; run < runs / atOnce; run += 1) await actions.run(event);
  });
  await Promise.all(each);
  const wallUs = ((performance.now() - began) * 1_000) / runs;
  const { user, system } = process.cpuUsage(cpu);
  const cost = `${wallUs.toFixed(0)} us each, ${((user + system) / runs).toFixed(0)} us of CPU time in this process`;
  console.log(`${atOnce} at once: ${cost}`);
}

await measure(1);
for (const atOnce of [1, 1, 32, 32]) await measure(atOnce);
await actions.close();
rmSync(folder, { recursive: true });
