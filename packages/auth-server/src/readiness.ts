import type { Readiness } from "@meshpass/http-server";

/** What the auth server's readiness depends on; each is asked at the moment of the request. */
export interface ReadinessSources {
  readonly hasMap: () => boolean;
  readonly isMapStale: () => boolean;
  readonly hasKeys: () => boolean;
  readonly hasOperatorToken: () => boolean;
  /** Without it no receiver takes the cut-off feed. */
  readonly hasCertificate: () => boolean;
  /** True as well where no development credentials are asked for. */
  readonly hasDevelopmentCredentials: () => boolean;
  readonly isSafeLifetimeKnown: () => boolean;
  readonly areDecisionsFailing: () => boolean;
}

/** Ready once everything that a first request needs is there; what only limits the work is named all the same. */
export function readinessOf(sources: ReadinessSources): Readiness {
  const missing = [
    sources.hasMap() ? "" : "map_missing",
    sources.hasKeys() ? "" : "keys_missing",
    sources.hasOperatorToken() ? "" : "operator_token_missing",
    sources.hasCertificate() ? "" : "feed_certificate_missing",
    sources.hasDevelopmentCredentials() ? "" : "development_credentials_missing",
  ].filter((code) => code !== "");
  const warnings = [
    sources.isMapStale() ? "map_stale" : "",
    sources.isSafeLifetimeKnown() ? "" : "safe_lifetime_unknown",
    sources.areDecisionsFailing() ? "decisions_unwritable" : "",
  ].filter((code) => code !== "");
  return { ok: missing.length === 0, codes: [...missing, ...warnings] };
}
