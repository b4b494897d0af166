import type { Metrics } from "@meshpass/http-server";
import { Counter, Gauge } from "prom-client";
import type { MapStatus } from "./map/map-in-force.ts";

/** The auth server's own metrics, beside those of its HTTP server. */
export interface ServerMetrics {
  /** Of one request for a token, in the end. */
  countOutcome(allowed: boolean, reason: string | undefined): void;
}

/** Labels come from our own closed lists of reasons, never from a request. */
export function createServerMetrics({ registry }: Metrics, mapStatus: () => MapStatus): ServerMetrics {
  const decisions = new Counter({
    name: "meshpass_decisions_total",
    help: "Requests for a token, by what became of them.",
    labelNames: ["allowed", "reason"],
    registers: [registry],
  });
  createGauge(
    "meshpass_map_number",
    "Number of the map in force; 0 while there is none.",
    () => mapStatus().number ?? 0,
  );
  createGauge("meshpass_map_stale", "1 while the map file is not what is in force.", () => Number(mapStatus().stale));
  function createGauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
  return { countOutcome: (allowed, reason = "") => decisions.inc({ allowed: String(allowed), reason }) };
}
