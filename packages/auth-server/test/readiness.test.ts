import t from "tap";
import { readinessOf } from "../src/readiness.ts";

const yes = () => true;
const no = () => false;
const ready = {
  hasMap: yes,
  isMapStale: no,
  hasKeys: yes,
  hasOperatorToken: yes,
  hasCertificate: yes,
  hasDevelopmentCredentials: yes,
  isSafeLifetimeKnown: yes,
  areDecisionsFailing: no,
};

t.test("the server is ready once all that a first request needs is there", async (t) => {
  t.strictSame(readinessOf(ready), { ok: true, codes: [] });
  for (const [source, code] of Object.entries({
    hasMap: "map_missing",
    hasKeys: "keys_missing",
    hasOperatorToken: "operator_token_missing",
    hasCertificate: "feed_certificate_missing",
    hasDevelopmentCredentials: "development_credentials_missing",
  })) {
    t.strictSame(readinessOf({ ...ready, [source]: no }), { ok: false, codes: [code] });
  }
});

t.test("what only limits the work is named, and leaves the server ready", async (t) => {
  t.strictSame(readinessOf({ ...ready, isMapStale: yes }), { ok: true, codes: ["map_stale"] });
  t.strictSame(readinessOf({ ...ready, isSafeLifetimeKnown: no }), { ok: true, codes: ["safe_lifetime_unknown"] });
  t.strictSame(readinessOf({ ...ready, areDecisionsFailing: yes }), { ok: true, codes: ["decisions_unwritable"] });
});
