import { VerifierError } from "@meshpass/verifier";
import t from "tap";
import { createFeedFailures } from "../src/feed-failures.ts";
import { createTestLog } from "./fakes.ts";

function start() {
  const { log, lines } = createTestLog();
  const time = { ms: 1_000_000 };
  const failures = createFeedFailures(log, () => time.ms);
  const fail = (code: ConstructorParameters<typeof VerifierError>[0]) => failures.note(new VerifierError(code));
  const told = () => lines.splice(0).map((line) => JSON.parse(line).msg);
  return { ...failures, fail, time, told };
}
const failed = "The feed of cut-offs failed";
const again = "The feed of cut-offs is read again";

t.test("that the feed is read again is said once, when something was read after the last failure", async (t) => {
  const { fail, noteHealth, time, told } = start();
  noteHealth({ condition: "live", ageSeconds: 0 });
  fail("feed_uncertified");
  time.ms += 500;
  noteHealth({ condition: "live", ageSeconds: 0.9 });
  t.same(told(), [failed], "what was read before it says nothing");
  fail("feed_uncertified");
  time.ms += 400;
  noteHealth({ condition: "live", ageSeconds: 0.45 });
  noteHealth({ condition: "stale", ageSeconds: 0.1 });
  t.same(told(), [], "nor what was read before it failed again");
  noteHealth({ condition: "live", ageSeconds: 0.1 });
  noteHealth({ condition: "live", ageSeconds: 0.1 });
  t.same(told(), [again]);
});

t.test("what was not said to be wrong is not said to be well", async (t) => {
  const { fail, noteHealth, forget, time, told } = start();
  const passes = () => {
    time.ms += 1_000;
    noteHealth({ condition: "live", ageSeconds: 0.1 });
  };
  fail("feed_ended");
  passes();
  t.same(told(), [failed], "for those alone who want to know everything");
  fail("feed_uncertified");
  forget();
  passes();
  t.same(told(), [failed], "since somebody else has said it");
  fail("feed_uncertified");
  passes();
  t.same(told(), [], "the same within a minute");
  time.ms += 60_000;
  fail("feed_uncertified");
  passes();
  t.same(told(), [failed, again]);
});
