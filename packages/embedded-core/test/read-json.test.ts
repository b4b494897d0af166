import t from "tap";
import { JsonNumber, readJson } from "../src/read-json.ts";

t.test("what JSON.parse loses is kept: the order of members and the text of numbers", async (t) => {
  const value = readJson(' {"b":1.0, "10" : -0 ,"2":9223372036854775807,"a":[1E3,{}, [ ]]}\n');
  t.ok(value instanceof Map);
  t.same(
    [...(value as Map<string, unknown>)],
    [
      ["b", new JsonNumber("1.0")],
      ["10", new JsonNumber("-0")],
      ["2", new JsonNumber("9223372036854775807")],
      ["a", [new JsonNumber("1E3"), new Map(), []]],
    ],
  );
});

t.test("every kind of value is read", async (t) => {
  t.equal(readJson("null"), null);
  t.equal(readJson("true"), true);
  t.equal(readJson("\tfalse\r\n"), false);
  t.equal(readJson('"\\u0041\\n\\/\\ud83d\\ude00"'), "A\n/😀");
  t.same(readJson('{"__proto__":1}'), new Map([["__proto__", new JsonNumber("1")]]));
});

const refused = {
  "nothing at all": "",
  "only space": "  ",
  "a cut object": '{"a":1',
  "a comma too many in an object": '{"a":1,}',
  "a comma too many in a list": "[1,]",
  "a missing colon": '{"a" 1}',
  "an unquoted name": "{a:1}",
  "single quotes": "{'a':1}",
  "a comment": "/* */ {}",
  "an equals sign": '{"a"=1}',
  "a semicolon": '{"a":1;"b":2}',
  "a repeated name": '{"a":1,"a":2}',
  "a name repeated by way of an escape": '{"a":1,"\\u0061":2}',
  NaN: "NaN",
  Infinity: "-Infinity",
  "a leading zero": "01",
  "a plus sign": "+1",
  "a bare point": "1.",
  "a control character in a string": '"\u0001"',
  "an unknown escape": '"\\x41"',
  "a string without end": '"abc\\"',
  "another document behind the first": "{}{}",
  "a word behind the document": "{}x",
  "a wide space": "\u00a0{}",
  "a word that begins like true": "truer",
  "a number of more than 1,000 characters": "1".repeat(1_001),
  "more than 64 levels": `${"[".repeat(65)}${"]".repeat(65)}`,
};
for (const [name, text] of Object.entries(refused)) {
  t.test(`refused: ${name}`, async (t) => {
    t.throws(() => readJson(text), SyntaxError);
  });
}

t.test("64 levels and 1,000 digits are read", async (t) => {
  t.doesNotThrow(() => readJson(`${"[".repeat(64)}${"]".repeat(64)}`));
  t.doesNotThrow(() => readJson("1".repeat(1_000)));
});

t.test("a megabyte of anything is read or refused quickly and without a crash", async (t) => {
  const size = 1_048_576;
  const began = performance.now();
  t.equal((readJson(JSON.stringify("x".repeat(size))) as string).length, size);
  t.equal((readJson(`"${"\\n".repeat(size / 2)}"`) as string).length, size / 2);
  t.equal((readJson(`[${"1,".repeat(size / 2)}1]`) as unknown[]).length, size / 2 + 1);
  for (const text of ["[", '{"":', "\\", " ", '"\\', "1e"]) {
    t.throws(() => readJson(text.repeat(size / text.length)), SyntaxError, JSON.stringify(text));
  }
  t.ok(performance.now() - began < 5_000);
});

t.test("no message holds anything of the text", async (t) => {
  for (const text of ['{"secret":1,"secret":2}', '"secret\u0001"', "{} secret"]) {
    t.throws(() => readJson(text), { message: /^(?!.*secret)/ });
  }
});
