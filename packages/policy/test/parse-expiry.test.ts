import t from "tap";
import { parseExpiry } from "../src/parse-expiry.ts";

const seconds = (iso: string): number => Date.parse(iso) / 1_000;

t.test("a date lasts to the end of its day in UTC", async (t) => {
  t.equal(parseExpiry("2027-06-30"), seconds("2027-07-01T00:00:00Z"));
  t.equal(parseExpiry("2028-02-29"), seconds("2028-03-01T00:00:00Z"));
  t.equal(parseExpiry("2027-12-31"), seconds("2028-01-01T00:00:00Z"));
});

t.test("an RFC 3339 time is taken with its offset, and its fraction is cut off", async (t) => {
  t.equal(parseExpiry("2027-06-30T12:00:00Z"), seconds("2027-06-30T12:00:00Z"));
  t.equal(parseExpiry("2027-06-30t12:00:00.999z"), seconds("2027-06-30T12:00:00Z"));
  t.equal(parseExpiry("2027-06-30T12:00:00+05:30"), seconds("2027-06-30T06:30:00Z"));
  t.equal(parseExpiry("2027-06-30T23:00:00-02:00"), seconds("2027-07-01T01:00:00Z"));
  t.equal(parseExpiry("0099-01-01T00:00:00Z"), seconds("0099-01-01T00:00:00Z"));
});

t.test("days, hours and offsets that do not exist are none", async (t) => {
  const none = ["2027-02-30", "2027-02-29", "2027-13-01", "2027-00-10", "2027-06-00", "2027-06-31T00:00:00Z"];
  const times = ["2027-06-30T24:00:00Z", "2027-06-30T12:60:00Z", "2027-06-30T12:00:60Z", "2027-06-30T12:00:00+24:00"];
  const forms = [
    "2027-6-30",
    "2027-06-30T12:00:00",
    "2027-06-30 12:00:00Z",
    "2027-06-30T12:00Z",
    "20270630",
    "",
    " 2027-06-30",
  ];
  for (const text of [...none, ...times, ...forms]) t.equal(parseExpiry(text), undefined, text);
});
