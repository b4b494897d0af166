import { HttpError } from "@meshpass/http-server";
import t from "tap";
import { type Parameters, parseForm, readJsonParameters } from "../../src/oauth/parameters.ts";

const entriesOf = (parameters: Parameters) => Object.fromEntries(parameters);

t.test("a form is decoded, and what has no value counts as not sent (RFC 6749 section 3.2, appendix B)", async (t) => {
  const form = parseForm("grant_type=client_credentials&scope=a+b%20c&client_id=&x=%C3%A9&y=1=2&resource");
  t.strictSame(entriesOf(form), { grant_type: "client_credentials", scope: "a b c", x: "é", y: "1=2" });
  t.strictSame(entriesOf(parseForm("")), {});
  t.equal(parseForm("__proto__=1&constructor=2").get("__proto__"), "1");
});

t.test("a parameter that stands there twice is refused, empty or not (RFC 6749 section 3.2)", async (t) => {
  for (const text of ["scope=a&scope=a", "scope=a&scope=", "scope=&scope=", "a=1&%61=2"]) {
    t.throws(() => parseForm(text), new HttpError("invalid_request"), text);
  }
  t.throws(() => parseForm("resource=a&resource=b"), new HttpError("invalid_target"), "RFC 8707 section 2");
});

t.test("what is not UTF-8 in percent-encoding is refused", async (t) => {
  for (const text of ["a=%", "a=%4", "a=%zz", "a=%ff", "%c3=1", "a=%ed%a0%80"]) {
    t.throws(() => parseForm(text), new HttpError("invalid_request"), text);
  }
});

t.test("a JSON body is an object of texts", async (t) => {
  t.strictSame(entriesOf(readJsonParameters({ scope: "a", client_id: "" })), { scope: "a" });
  for (const body of [undefined, null, "a=1", ["a"], { a: 1 }, { a: null }, { a: ["b"] }, { a: { b: "c" } }, 7]) {
    t.throws(() => readJsonParameters(body), new HttpError("invalid_request"), JSON.stringify(body));
  }
});
