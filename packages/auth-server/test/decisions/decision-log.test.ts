import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { createDecisionLog, type DecisionLogOptions } from "../../src/decisions/decision-log.ts";
import type { DecisionRecord } from "../../src/decisions/decision-record.ts";
import { createTestLog } from "../test-log.ts";
import { until } from "../until.ts";

/** A disk that a test can fill, and what was written to it. */
function createDisk(options: Partial<DecisionLogOptions> = {}) {
  const disk = { isFull: false, texts: [] as string[], tries: 0 };
  const append = async (text: string): Promise<void> => {
    disk.tries += 1;
    if (disk.isFull) throw new Error("ENOSPC: no space left on device");
    disk.texts.push(text);
  };
  const { log, lines } = createTestLog();
  const decisions = createDecisionLog({
    append,
    log,
    clock: () => 1_800_000_000_000,
    waitMs: 5,
    gatherMs: 0,
    ...options,
  });
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

t.test("what comes within the time to gather is one write; a full buffer and the end wait for nothing", async (t) => {
  const { decisions, disk } = createDisk({ capacity: 3, gatherMs: 60_000, waitMs: 60_000 });
  for (const id of ["1", "2"]) void decisions.record(recordOf(id));
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(disk.tries, 0, "nothing is written yet");
  void decisions.record(recordOf("3"));
  await decisions.record(recordOf("4"));
  t.equal(disk.tries, 1, "who waits for room gets it at once");
  await decisions.close();
  const ids = disk.texts.map((text) => text.match(/(?<="decision_id":")\d/g));
  t.strictSame(ids, [["1", "2", "3"], ["4"]]);

  const soon = createDisk({ gatherMs: 20 });
  for (const id of ["1", "2", "3"]) void soon.decisions.record(recordOf(id));
  await until(() => soon.disk.tries > 0);
  t.equal(soon.written().length, 3, "all of them at once, by themselves");
  await soon.decisions.close();
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

t.test("while room comes nobody is refused, and who waits has room after the next two writes", async (t) => {
  const writes: (() => void)[] = [];
  const append = (text: string): Promise<void> =>
    new Promise((resolve) => {
      writes.push(() => {
        disk.texts.push(text);
        resolve();
      });
    });
  const { decisions, disk, written } = createDisk({ capacity: 20, waitMs: 60_000, append });
  const endWrite = async (): Promise<void> => {
    await until(() => writes.length === 1);
    writes.pop()?.();
  };
  void decisions.record(recordOf("the first, so that a write is under way"));
  for (let burst = 0; burst < 40; burst++) {
    await until(() => writes.length === 1);
    const ids = Array.from({ length: 30 }, (_, index) => `${burst}-${index}`);
    const waiting = ids.map((id) => decisions.record(recordOf(id))).filter((one) => one !== undefined);
    t.equal(waiting.length, 10, "what the buffer does not hold waits");
    await endWrite();
    await endWrite();
    await Promise.all(waiting);
  }
  const closed = decisions.close();
  await endWrite();
  await closed;
  t.equal(written().length, 1 + 40 * 30);
});

t.test("who waits gets room in the order of arrival, before those who come later", async (t) => {
  const { decisions, disk, written } = createDisk({ capacity: 2, waitMs: 100 });
  disk.isFull = true;
  void decisions.record(recordOf("0"));
  await until(() => disk.tries > 0);
  const waiting = ["1", "2", "3", "4"].map((id) => decisions.record(recordOf(id)));
  t.strictSame(
    waiting.map((promise) => promise !== undefined),
    [false, false, true, true],
  );
  await t.rejects(decisions.record(recordOf("5")) as Promise<void>, { code: "decisions_unwritable" });
  disk.isFull = false;
  await waiting[2];
  await decisions.record(recordOf("6"));
  await decisions.close();
  t.strictSame(
    written().map(({ decision_id }) => decision_id),
    ["0", "1", "2", "3", "4", "6"],
  );
});

t.test("closing writes what is left", async (t) => {
  const { decisions, written, log } = createDisk();
  for (const id of ["a", "b"]) void decisions.record(recordOf(id));
  await decisions.close();
  t.equal(written().length, 2);
  t.strictSame(log, []);
  await createDisk().decisions.close();
});

t.test("closing gives up on a disk that stays full, refuses who waits, and says how many are lost", async (t) => {
  const { decisions, disk, log } = createDisk({ capacity: 4, waitMs: 250 });
  disk.isFull = true;
  void decisions.record(recordOf("0"));
  await until(() => disk.tries > 0);
  for (const id of ["1", "2", "3", "4"]) void decisions.record(recordOf(id));
  for (let count = 0; count < 7; count++) void decisions.record(recordOf("flood", false));
  const refused = t.rejects(decisions.record(recordOf("5")) as Promise<void>, { code: "decisions_unwritable" });
  await decisions.close();
  await refused;
  t.equal(log.length, 2);
  t.match(JSON.parse(log[1] ?? ""), { lost: 12, msg: "Decisions could not be written before the end and are lost" });
});

t.test("a flood of callers that nobody knows is counted, a few times a second, and hides nobody else", async (t) => {
  const { decisions, disk, written } = createDisk();
  const flood = { ...recordOf("x", false), caller: undefined };
  for (let round = 0; round < 300; round++) {
    for (let call = 0; call < 10; call++) await decisions.record(flood);
    await sleep(1);
  }
  await decisions.record(recordOf("known", false));
  await decisions.close();
  const kept = written().filter((line) => line.decision_id === "x").length;
  t.ok(kept >= 100 && kept <= 200, `${kept} of 3,000 are kept`);
  t.ok(disk.texts.length < 150, `${disk.texts.length} writes`);
  t.ok(written().some((line) => line.decision_id === "known"));
  const counted = written().flatMap(({ refusals_rolled_up: reasons }) => Object.values(reasons ?? {}) as number[]);
  t.equal(
    counted.reduce((sum, count) => sum + count, kept),
    3_000,
    "none is lost",
  );
});

t.test("so is a flood of refusals that tell a known caller to come back later", async (t) => {
  const { decisions, written } = createDisk();
  for (let call = 0; call < 300; call++) await decisions.record({ ...recordOf("x", false), limited: true });
  await decisions.record(recordOf("known", false));
  await decisions.close();
  const kept = written().filter((line) => line.decision_id === "x");
  t.ok(kept.length >= 100 && kept.length <= 200, `${kept.length} of 300 are kept`);
  t.notOk(kept.some((line) => "limited" in line));
  t.ok(written().some((line) => line.decision_id === "known"));
});
