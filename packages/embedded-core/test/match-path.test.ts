import t from "tap";
import { createPathMatcher } from "../src/match-path.ts";

const endpoints = ["/", "/hello", "/recipe/jwt", "/recipe/jwt/jwks"];
const match = createPathMatcher("", endpoints);
const found = (endpoint: string, app = "public", tenant = "public") => ({ endpoint, app, tenant });
const nothing = { endpoint: undefined, app: "public", tenant: "public" };

const matched: Record<string, ReturnType<typeof found>> = {
  "/": found("/"),
  "/?a=/hello": found("/"),
  "/hello": found("/hello"),
  "/HELLO/": found("/hello"),
  "/recipe/jwt?x=1": found("/recipe/jwt"),
  "/recipe/jwt/jwks": found("/recipe/jwt/jwks"),
  "/appid-public/hello": found("/hello"),
  "/appid-/hello": found("/hello"),
  "/appid-Other/hello": found("/hello", "other"),
  "/t1/hello": found("/hello", "public", "t1"),
  "/appid-other/t1/recipe/jwt/": found("/recipe/jwt", "other", "t1"),
};
for (const [target, expected] of Object.entries(matched)) {
  t.test(`${target} is found`, async (t) => t.same(match(target), expected));
}

const unmatched = [
  "",
  "*",
  "/nope",
  "/hello//",
  "//hello",
  "/a/b/hello",
  "/hello/jwt",
  "/recipe/recipe/jwt",
  "/t_1/hello",
];
for (const target of [
  ...unmatched,
  "http://localhost/hello",
  "/%68ello",
  "/x/../hello",
  "/appid-other",
  "/appid-a/appid-b/t1/hello",
]) {
  t.test(`"${target}" is nothing`, async (t) => t.same(match(target), nothing));
}

t.test("a base path must come first, with or without a slash at its end", async (t) => {
  for (const base of ["/st/Core/", "/st/core"]) {
    const under = createPathMatcher(base, endpoints);
    t.same(under("/st/core/hello"), found("/hello"));
    t.same(under("/ST/core/"), found("/"));
    t.same(under("/st/core/appid-x/hello"), found("/hello", "x"));
    t.same(under("/hello"), nothing);
    t.same(under("/st/core"), nothing);
    t.same(under("/st/corehello"), nothing);
  }
});
