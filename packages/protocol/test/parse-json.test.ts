import t from "tap";
import { parseJson } from "../src/parse-json.ts";

t.test("JSON with each key once is what JSON.parse makes of it", async (t) => {
  for (const text of [
    '{"a":1,"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '{"a:b":":","c":"\\":","d\\\\":"\\\\"}',
    '"a:b"',
    " null ",
    "[]",
    '{"constructor":{"prototype":1}}',
  ]) {
    t.equal(JSON.stringify(parseJson(text)), JSON.stringify(JSON.parse(text)), text);
  }
});

t.test("a key twice in one object is refused, however it is spelled and wherever it stands", async (t) => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"\\u0061":3}',
    '[[{"x":{"a":1,"a":2}}]]',
    '{"a":{"a":1},"a":2}',
    '{"a:":1,"b":":","a:":2}',
    '{"":1,"":2}',
  ]) {
    t.throws(() => parseJson(text), { name: "SyntaxError" }, text);
  }
});

t.test("the key __proto__ is refused, however it is spelled and wherever it stands", async (t) => {
  for (const text of ['{"__proto__":{}}', '[{"a":{"\\u005f_proto__":1}}]', '{"a":1,"__proto__":null}'])
    t.throws(() => parseJson(text), { name: "SyntaxError" }, text);
});

t.test("what is no JSON is refused, and no error holds any of it", async (t) => {
  for (const text of ["", "{", '{"secret"}', "{'secret':1}", '{"secret":1,"secret":2}', "secret"]) {
    t.throws(() => parseJson(text), { message: /^(?!.*secret)/ }, text);
  }
});

t.test("the deepest nesting that a body has room for is no crash", async (t) => {
  const [open, close] = ['{"a":', "}"].map((part) => part.repeat(2_700));
  t.doesNotThrow(() => parseJson(`${open}1${close}`));
  t.doesNotThrow(() => parseJson("[".repeat(8_192) + "]".repeat(8_192)));
  t.doesNotThrow(() => parseJson(`[${"0,".repeat(500_000)}0]`), "nor is the longest list of a feed");
});
