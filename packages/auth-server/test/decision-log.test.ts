import t from "tap";
import { createDecisionLog, type DecisionLogOptions } from "../src/decision-log.ts";
import type { DecisionRecord } from "../src/decision-record.ts";
import { createTestLog } from "./test-log.ts";
import { until } from "./until.ts";

/** A disk that a test can fill, and what was written to it. */
function createDisk(options: Partial<DecisionLogOptions> = {}) {
  const disk = { isFull: false, texts: [] as string[], tries: 0 };
  const append = async (text: string): Promise<void> => {
    disk.tries += 1;
    if (disk.isFull) throw new Error("ENOSPC: no space left on device");
    disk.texts.push(text);
  };
  const { log, lines } = createTestLog();
  const decisions = createDecisionLog({ append, log, clock: () => 1_800_000_000_000, waitMs: 5, ...options });
  const written = (): Record<string, unknown>[] =>
    disk.texts.flatMap((text) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
  return { disk, decisions, log: lines, written };
}

const recordOf = (decisionId: string, allowed = true): DecisionRecord => ({
  decisionId,
  at: 1_800_000_000_000,
  caller: "m1",
  target: "m2",
  allowed,
  reason: allowed ? undefined : "bad_signature",
  map: 7,
  line: 3,
  credential: "jti-1",
  jti: allowed ? "jti-2" : undefined,
  expiresAt: allowed ? 1_800_000_300 : undefined,
});

t.test("a record is one line of JSON, with its time in RFC 3339 and nothing that is not known", async (t) => {
  const { decisions, disk } = createDisk();
  t.equal(decisions.record(recordOf("a")), undefined, "nobody waits while there is room");
  await decisions.close();
  t.strictSame(disk.texts, [
    '{"decision_id":"a","at":"2027-01-15T08:00:00.000Z","caller":"m1","target":"m2","allowed":true,"map":7,"line":3,' +
      '"credential":"jti-1","jti":"jti-2","expires_at":1800000300}\n',
  ]);
});

t.test("what comes while a write runs goes into the next one, in order", async (t) => {
  const { decisions, disk, written } = createDisk();
  for (const id of ["a", "b"]) void decisions.record(recordOf(id));
  await until(() => disk.texts.length === 1);
  for (const id of ["c", "d", "e"]) void decisions.record(recordOf(id));
  await decisions.close();
  t.equal(disk.texts.length, 2);
  t.strictSame(
    written().map(({ decision_id }) => decision_id),
    ["a", "b", "c", "d", "e"],
  );
});

t.test(
  "a full disk stops nothing until the buffer is full; then a record waits, and is refused with 503",
  async (t) => {
    const { decisions, disk, written, log } = createDisk({ capacity: 4 });
    disk.isFull = true;
    void decisions.record(recordOf("0"));
    await until(() => disk.tries > 0);
    t.equal(decisions.isFailing(), true);
    for (const id of ["1", "2", "3", "4"]) t.equal(decisions.record(recordOf(id)), undefined);
    await t.rejects(decisions.record(recordOf("5")) as Promise<void>, { code: "decisions_unwritable" });
    t.equal(log.length, 1, "one line says so, however often it is tried");
    t.match(log[0], /ENOSPC.*Decisions cannot be written/);
    disk.isFull = false;
    await until(() => !decisions.isFailing());
    void decisions.record(recordOf("6"));
    await decisions.close();
    t.strictSame(
      written().map(({ decision_id }) => decision_id),
      ["0", "1", "2", "3", "4", "6"],
      "nothing is lost",
    );
  },
);

t.test("a record that waits is taken as soon as there is room", async (t) => {
  const { decisions, disk, written } = createDisk({ capacity: 1, waitMs: 40 });
  disk.isFull = true;
  void decisions.record(recordOf("0"));
  await until(() => disk.tries > 0);
  void decisions.record(recordOf("1"));
  const waiting = decisions.record(recordOf("2"));
  t.ok(waiting, "this one waits");
  disk.isFull = false;
  await waiting;
  await decisions.close();
  t.strictSame(
    written().map(({ decision_id }) => decision_id),
    ["0", "1", "2"],
  );
});

t.test(
  "once the buffer is half full refusals are counted by reason, so that they cannot keep good callers out",
  async (t) => {
    const { decisions, disk, written } = createDisk({ capacity: 4 });
    disk.isFull = true;
    void decisions.record(recordOf("0"));
    await until(() => disk.tries > 0);
    void decisions.record(recordOf("1", false));
    void decisions.record(recordOf("2", false));
    for (let count = 0; count < 1_000; count++) void decisions.record(recordOf("flood", false));
    void decisions.record({ ...recordOf("flood", false), reason: undefined });
    t.equal(decisions.record(recordOf("3")), undefined, "a good one still finds room");
    disk.isFull = false;
    await decisions.close();
    t.equal(written().length, 5);
    t.match(written().at(-1), { at: "2027-01-15T08:00:00.000Z", refusals_rolled_up: { bad_signature: 1_000, "": 1 } });
  },
);

t.test("closing writes what is left, and gives up on a disk that stays full", async (t) => {
  const { decisions, disk } = createDisk();
  disk.isFull = true;
  for (const id of ["a", "b"]) void decisions.record(recordOf(id));
  await decisions.close();
  t.equal(disk.tries, 1);
  await createDisk().decisions.close();
});
