import t from "tap";
import { readMintRequest } from "../src/read-mint-request.ts";

const fields = { algorithm: '"RS256"', jwksDomain: '"http://localhost:8000"', payload: "{}", validity: "60" };
const body = (changes: Record<string, string>): string =>
  `{${Object.entries({ ...fields, ...changes }).map(([name, value]) => `"${name}":${value}`)}}`;
const validity = (text: string): bigint => readMintRequest(body({ validity: text }), "5.4").validitySeconds;

t.test("a request is read field by field", async (t) => {
  t.same(readMintRequest(body({ useStaticSigningKey: "false", another: "1" }), "5.4"), {
    algorithm: "RS256",
    jwksDomain: "http://localhost:8000",
    payload: new Map(),
    validitySeconds: 60n,
    useStaticKey: false,
  });
});

t.test("the static key is the default, and the only one before version 2.21", async (t) => {
  t.equal(readMintRequest(body({}), "5.4").useStaticKey, true);
  t.equal(readMintRequest(body({ useStaticSigningKey: "false" }), "2.20").useStaticKey, true);
  t.equal(readMintRequest(body({ useStaticSigningKey: "false" }), "2.21").useStaticKey, false);
  t.equal(readMintRequest(body({ useStaticSigningKey: "5" }), "2.9").useStaticKey, true);
});

const seconds: Record<string, bigint> = {
  "1.99": 1n,
  "1e3": 1_000n,
  "0.5e1": 5n,
  "1234.5e-2": 12n,
  "[60]": 60n,
  '"60"': 60n,
  '"+60"': 60n,
  '["60"]': 60n,
  "9223372036854775807": 2n ** 63n - 1n,
  "18446744073709551676": 60n,
  "2e19": 2n * 10n ** 19n - 2n ** 64n,
};
for (const [text, expected] of Object.entries(seconds)) {
  t.test(`a validity of ${text} is ${expected} s`, async (t) => t.equal(validity(text), expected));
}

for (const text of [
  "0",
  "-1",
  "0.9",
  "-0.5",
  "-1e-1",
  "1e-5",
  "1e64",
  "1e999999999",
  "-1e300",
  "9223372036854775808",
  '"-5"',
]) {
  t.test(`a validity of ${text} is none above zero`, async (t) => {
    t.throws(() => validity(text), { status: 400, message: "validity must be greater than or equal to 0" });
  });
}

for (const text of ['"1e3"', '" 60"', '""', '"9223372036854775808"', "[]", "[1,2]", "[[60]]", "null", "true", "{}"]) {
  t.test(`a validity of ${text} is invalid`, async (t) => {
    t.throws(() => validity(text), { status: 400, message: "Field name 'validity' is invalid in JSON input" });
  });
}
