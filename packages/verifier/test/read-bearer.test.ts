import t from "tap";
import { readBearer } from "../src/index.ts";

const headers = (...values: string[]): string[] => [
  "Host",
  "m2",
  ...values.flatMap((value) => ["Authorization", value]),
];

t.test("the token after Bearer is read, whatever the case of the scheme and of the header's name", async (t) => {
  t.equal(readBearer(headers("Bearer abc.def-_~+/==")), "abc.def-_~+/==");
  t.equal(readBearer(headers("bEaReR abc")), "abc");
  t.equal(readBearer(["AUTHORIZATION", "Bearer abc", "X", "y"]), "abc");
});

t.test("no Authorization header is missing_token", async (t) => {
  t.throws(() => readBearer(headers()), { code: "missing_token", reason: "no_token" });
  t.throws(() => readBearer(["Proxy-Authorization", "Bearer abc"]), { code: "missing_token", reason: "no_token" });
  t.throws(
    () => readBearer(["X", "Authorization"]),
    { code: "missing_token", reason: "no_token" },
    "a value is no name",
  );
});

t.test("another scheme carries no token of ours, so it is missing_token (hono 5463db27)", async (t) => {
  for (const value of ["Basic abc", "DPoP abc", "bearerX abc", "Bearerabc", "abc", ", Bearer abc"]) {
    t.throws(() => readBearer(headers(value)), { code: "missing_token", reason: "other_scheme" }, value);
  }
});

t.test("a Bearer header that is not one space and one token is invalid_request", async (t) => {
  for (const value of [
    "",
    " ",
    "Bearer",
    "Bearer ",
    "Bearer  abc",
    "Bearer\tabc",
    "Bearer abc def",
    "Bearer a,b",
    "Bearer abc ",
    "Bearer é",
    "Bearer =",
  ]) {
    t.throws(
      () => readBearer(headers(value)),
      { code: "invalid_request", reason: "malformed_header" },
      JSON.stringify(value),
    );
  }
});

t.test("two Authorization headers are invalid_request, even if they say the same", async (t) => {
  const refusal = { code: "invalid_request", reason: "two_headers" };
  t.throws(() => readBearer(headers("Bearer abc", "Bearer abc")), refusal);
  t.throws(() => readBearer(["authorization", "Bearer abc", "X", "y", "AUTHORIZATION", "Basic abc"]), refusal);
});
