import t from "tap";
import { createEventReader } from "../../src/cutoffs/event-reader.ts";
import type { FeedEvent } from "../../src/index.ts";

const readAll = (...pieces: string[]): FeedEvent[] => {
  const read = createEventReader();
  return pieces.flatMap((piece) => read(Buffer.from(piece)));
};
const two = [
  { type: "certificate", data: "a.b.c" },
  { type: "envelope", data: "d.e.f" },
];
const text = "event: certificate\ndata: a.b.c\n\nevent: envelope\nid: 1.2\ndata: d.e.f\n\n";

t.test("events are read wherever the pieces end, at every byte", async (t) => {
  for (let at = 0; at <= text.length; at += 1) t.same(readAll(text.slice(0, at), text.slice(at)), two, `at ${at}`);
  t.same(readAll(...text), two, "byte by byte");
  t.same(readAll("event: envelope\r", "", "\ndata: d.e.f\r\n\r\n"), [two[1]], "an empty one between CR and LF");
});

t.test("lines end in LF, CR LF or CR, wherever the pieces end", async (t) => {
  for (const end of ["\r\n", "\r"]) {
    const other = text.replaceAll("\n", end);
    for (let at = 0; at <= other.length; at += 1) t.same(readAll(other.slice(0, at), other.slice(at)), two, `at ${at}`);
    t.same(readAll(...other), two);
  }
});

t.test("comments, ids, retry times and unknown fields are passed over", async (t) => {
  t.same(readAll(": hello\n\nretry: 10\nid: 7\nnonsense\nmore: x\nevent:envelope\ndata:d.e.f\n\n"), [two[1]]);
});

t.test("an event without data is none, and does not lend its type to the next", async (t) => {
  t.same(readAll("event: envelope\n\ndata: x\n\n"), [{ type: "", data: "x" }]);
});

t.test("several lines of data are one text", async (t) => {
  t.same(readAll("data: a\ndata\ndata: b\n\n"), [{ type: "", data: "a\n\nb" }]);
});

t.test("an event that is not ended is none", async (t) => {
  t.same(readAll("event: envelope\ndata: d.e.f\n"), []);
});

t.test("4 MiB in one event are read, and a byte more is refused, in one line or many, ended or not", async (t) => {
  const limit = 4_194_304;
  t.equal(readAll(`data: ${"x".repeat(limit - 6)}\n\n`)[0]?.data.length, limit - 6);
  const tooLarge = { name: "VerifierError", reason: "feed_too_large" };
  t.throws(() => readAll(`data: ${"x".repeat(limit)}\n\n`), tooLarge);
  t.throws(() => readAll(...Array(5).fill("x".repeat(1_048_576))), tooLarge, "a line without an end");
  t.throws(() => readAll(...Array(5).fill(`data: ${"x".repeat(1_048_576)}\n`)), tooLarge, "an event without an end");
  t.throws(() => readAll(...Array(5).fill(`: ${"x".repeat(1_048_576)}\n`)), tooLarge, "comments without an end");
  const read = createEventReader();
  for (let at = 0; at < 6; at += 1) t.equal(read(Buffer.from(`data: ${"x".repeat(1_048_576)}\n\n`)).length, 1);
});
