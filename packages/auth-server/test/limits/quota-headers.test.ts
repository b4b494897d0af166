import t from "tap";
import { quotaExceededHeaders, quotaHeaders } from "../../src/limits/quota-headers.ts";

const hour = { bucket: "per_hour", quota: 10, remaining: 7, resetAt: 10_000 } as const;
const day = { bucket: "per_day", quota: 50, remaining: 47, resetAt: 80_000 } as const;

t.test("the header has the buckets that there are, in the form of Auth0", async (t) => {
  t.strictSame(quotaHeaders([hour, day], 6_460), {
    "auth0-client-quota-limit": "b=per_hour;q=10;r=7;t=3540,b=per_day;q=50;r=47;t=73540",
  });
  t.strictSame(quotaHeaders([day], 79_999.5), { "auth0-client-quota-limit": "b=per_day;q=50;r=47;t=1" });
  t.strictSame(quotaHeaders([], 0), {});
});

t.test("a 429 says when the last of the empty buckets is filled again", async (t) => {
  t.equal(quotaExceededHeaders([hour, day], 6_460), undefined);
  const empty = { ...hour, remaining: 0 };
  t.strictSame(quotaExceededHeaders([empty, day], 6_460.5), {
    "auth0-client-quota-limit": "b=per_hour;q=10;r=0;t=3540,b=per_day;q=50;r=47;t=73540",
    "retry-after": "3540",
    "x-ratelimit-limit": "10",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "10000",
  });
  t.match(quotaExceededHeaders([empty, { ...day, remaining: 0 }], 6_460), {
    "retry-after": "73540",
    "x-ratelimit-limit": "50",
    "x-ratelimit-reset": "80000",
  });
});
