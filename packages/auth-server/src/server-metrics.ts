import type { Metrics } from "@meshpass/http-server";
import { Counter, Gauge, type Registry } from "prom-client";
import type { StreamCounts } from "./cutoffs/stream-places.ts";
import type { MapStatus } from "./map/map-in-force.ts";

/** The auth server's own metrics, beside those of its HTTP server. */
export interface ServerMetrics {
  /** Of one request for a token, in the end. */
  countOutcome(allowed: boolean, reason: string | undefined): void;
}

export interface ServerMetricsSources {
  readonly mapStatus: () => MapStatus;
  readonly streams: () => StreamCounts;
}

/** Labels come from our own closed lists, never from a request. */
export function createServerMetrics(
  { registry }: Metrics,
  { mapStatus, streams }: ServerMetricsSources,
): ServerMetrics {
  // Counted here and labelled when somebody looks: prom-client puts the labels together for each count.
  let granted = 0;
  const refused = new Map<string, number>();
  new Counter({
    name: "meshpass_decisions_total",
    help: "Requests for a token, by what became of them.",
    labelNames: ["allowed", "reason"],
    registers: [registry],
    collect() {
      this.reset();
      if (granted > 0) this.inc({ allowed: "true", reason: "" }, granted);
      for (const [reason, count] of refused) this.inc({ allowed: "false", reason }, count);
    },
  });
  createGauge(
    "meshpass_map_number",
    "Number of the map in force; 0 while there is none.",
    () => mapStatus().number ?? 0,
  );
  createGauge("meshpass_map_stale", "1 while the map file is not what is in force.", () => Number(mapStatus().stale));
  showStreams(registry, streams);
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
  return {
    countOutcome: (allowed, reason = "") => {
      if (allowed) granted += 1;
      else refused.set(reason, (refused.get(reason) ?? 0) + 1);
    },
  };
}

function showStreams(registry: Registry, read: () => StreamCounts): void {
  new Gauge({
    name: "meshpass_cutoffs_streams",
    help: "Streams of the feed of cuts that are open: of services, which showed a credential, and of everybody else.",
    labelNames: ["of"],
    registers: [registry],
    collect() {
      for (const [of, count] of Object.entries(read().open)) this.set({ of }, count);
    },
  });
  new Counter({
    name: "meshpass_cutoffs_streams_refused_total",
    help: "Streams of the feed of cuts for which there was no place, by the limit; a service may have found one elsewhere.",
    labelNames: ["limit"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [limit, count] of Object.entries(read().refused)) this.inc({ limit }, count);
    },
  });
}
