import t from "tap";
import { timesOf } from "../../src/grant/token-times.ts";

t.test("a token lives as long as its edge says, and as the server says where the edge says nothing", async (t) => {
  t.strictSame(timesOf(1_000, {}, 300), { iat: 1_000, exp: 1_300 });
  t.strictSame(timesOf(1_000, { lifetimeSeconds: 60 }, 300), { iat: 1_000, exp: 1_060 });
});

t.test("it ends with its edge, and less than 5 s of life is none", async (t) => {
  t.strictSame(timesOf(1_000, { expiresAt: 1_100 }, 300), { iat: 1_000, exp: 1_100 });
  t.strictSame(timesOf(1_000, { expiresAt: 1_005 }, 300), { iat: 1_000, exp: 1_005 });
  t.equal(timesOf(1_000, { expiresAt: 1_004 }, 300), undefined);
  t.equal(timesOf(1_000, { expiresAt: 900 }, 300), undefined);
});
