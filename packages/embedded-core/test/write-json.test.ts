import t from "tap";
import { JsonNumber, readJson } from "../src/read-json.ts";
import { holdsHugeInteger, writeJson } from "../src/write-json.ts";

const rewrite = (text: string): string => writeJson(readJson(text));

t.test("members keep their order and space is dropped", async (t) => {
  t.equal(rewrite(' { "b" : 1 , "10" : [ true , null , { } ] , "2" : "x" } '), '{"b":1,"10":[true,null,{}],"2":"x"}');
});

t.test("integers stay as they are, whatever their size", async (t) => {
  t.equal(rewrite("[9223372036854775807,-9223372036854775808,0,-0]"), "[9223372036854775807,-9223372036854775808,0,0]");
});

t.test("other numbers are written as Java writes a double", async (t) => {
  t.equal(rewrite("[1.0,1e2,1e400,-1e400]"), '[1.0,100.0,"Infinity","-Infinity"]');
});

t.test("control characters are escaped in upper case, and nothing else is escaped that need not be", async (t) => {
  t.equal(
    rewrite(String.raw`"\u001f\u0000\b\f\n\r\t\"\\\/\u007f\u2028é"`),
    '"\\u001F\\u0000\\b\\f\\n\\r\\t\\"\\\\/\u007f\u2028é"',
  );
  t.equal(writeJson("\\u001f"), '"\\\\u001f"', "a backslash that is text is not the start of an escape");
});

t.test("half of a surrogate pair becomes a question mark, a whole one stays", async (t) => {
  t.equal(rewrite(String.raw`"\ud800x\udc00\ud83d\ude00"`), '"?x?😀"');
});

t.test("an integer beyond 64 bits is found at any depth", async (t) => {
  for (const text of ["9223372036854775808", "-9223372036854775809", '{"a":[{"b":1e0},{"b":100000000000000000000}]}']) {
    t.equal(holdsHugeInteger(readJson(text)), true, text);
  }
  for (const text of ["9223372036854775807", "1e300", '{"a":["100000000000000000000",null]}']) {
    t.equal(holdsHugeInteger(readJson(text)), false, text);
  }
  t.equal(holdsHugeInteger(new JsonNumber("-9223372036854775808")), false);
});
