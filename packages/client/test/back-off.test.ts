import t from "tap";
import { isBackingOff, noFailures, noteFailure } from "../src/back-off.ts";
import { ClientError } from "../src/client-error.ts";

const down = new ClientError("auth_server_unreachable", "down");
const middle = 0.5;

/** Milliseconds until it may be asked again after `count` failures at 0. */
function restMs(count: number, hasToken: boolean, error: unknown = down, random = middle): number {
  let failures = noFailures;
  for (let i = 0; i < count; i += 1) failures = noteFailure(failures, error, 0, random);
  let ms = 0;
  while (isBackingOff(failures, ms, hasToken)) ms += 125;
  return ms;
}

t.test("nothing rests before the first failure", async (t) => t.equal(restMs(0, true), 0));

t.test("with a token in hand the rest doubles from 250 ms to 8 s", async (t) => {
  t.same(
    [1, 2, 3, 4, 5, 6, 7, 60].map((n) => restMs(n, true)),
    [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000],
  );
});

t.test("without a token it ends after a second, so that recovery is quick", async (t) => {
  t.same(
    [1, 2, 3, 4, 60].map((n) => restMs(n, false)),
    [250, 500, 1_000, 1_000, 1_000],
  );
});

t.test("jitter makes it a quarter shorter or longer", async (t) => {
  t.equal(restMs(3, true, down, 0), 750);
  t.equal(restMs(3, true, down, 1), 1_250);
});

t.test("Retry-After is heeded within the same limits", async (t) => {
  const busy = new ClientError("core_unavailable", "busy", { retryAfterSeconds: 3 });
  t.equal(restMs(1, true, busy), 3_000);
  t.equal(restMs(1, false, busy), 1_000);
});

t.test("a refusal by the map is asked again at once by who has no token, and rests for who has one", async (t) => {
  for (const code of ["unauthorized_target", "invalid_target"] as const) {
    t.equal(restMs(5, false, new ClientError(code, "no")), 0);
    t.equal(restMs(1, true, new ClientError(code, "no")), 250);
  }
});

t.test("a clock that is set back does not make the rest longer", async (t) => {
  const failures = noteFailure(noFailures, down, 1_000_000, middle);
  t.notOk(isBackingOff(failures, 0, true));
});
