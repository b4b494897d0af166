import t from "tap";
import { parseJsonObject } from "../src/json-object.ts";

const parse = (text: string) => parseJsonObject(Buffer.from(text));

t.test("an object with each name once is read as it stands", async (t) => {
  for (const text of [
    "{}",
    '{"":0}',
    '{"a":{"a":{"a":[]}}}',
    '{"a":"\\":","b":"{\\"a\\":1}"}',
    "[]",
    '{"a":[{"b":1},{"b":2}]}',
    '{"\\\\":":","\\"":","}',
    '{ "a" : 1 ,\n"b" :2}',
  ]) {
    t.same(parse(text), text === "[]" ? undefined : JSON.parse(text), text);
  }
});

t.test("a name said twice is refused at any depth and however it is written", async (t) => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"\\u0061":3}',
    '{"x":[[{"a":1,"a":2}]]}',
    '{"__proto__":1,"__proto__":2}',
    '{"1":1,"1":2}',
    '{"a":":","a" \n:1}',
  ]) {
    t.equal(parse(text), undefined, text);
  }
});

t.test("the name __proto__ is refused at any depth and however it is written", async (t) => {
  for (const text of [
    '{"__proto__":{"role":"issue"}}',
    '{"__proto__":null}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":{}}',
    '{"a":1,"__proto__":{"a":2}}',
  ]) {
    t.equal(parse(text), undefined, text);
  }
  t.same(parse('{"proto":"__proto__"}'), { proto: "__proto__" });
});
