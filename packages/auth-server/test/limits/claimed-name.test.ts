import t from "tap";
import { claimedName } from "../../src/limits/claimed-name.ts";
import { encode } from "../fake-signer.ts";

const token = (claims: Record<string, unknown>) => `${encode({ alg: "RS256" })}.${encode(claims)}.c2ln`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const named = (authorization: string | undefined, parameters: Record<string, string> = {}) =>
  claimedName({
    rawHeaders: ["host", "authorization", ...(authorization === undefined ? [] : ["Authorization", authorization])],
    parameters: new Map(Object.entries(parameters)),
  });

t.test("the name that a request claims is read from wherever a client may say it", async (t) => {
  t.equal(named(`Bearer ${token({ sub: "m1" })}`), "m1");
  t.equal(named(`bearer ${token({ sub: "m1" })}`), "m1");
  t.equal(named(basic("m1:secret")), "m1");
  t.equal(named(undefined, { client_id: "m1" }), "m1");
  t.equal(named(undefined, { client_assertion: token({ sub: "m1" }) }), "m1");
  t.equal(claimedName({ rawHeaders: ["authorization", basic("m1:")] }), "m1");
});

t.test("whatever else is sent is no name, and no error", async (t) => {
  for (const authorization of [
    undefined,
    "",
    "Bearer",
    "Bearer x.y.z",
    "Digest m1",
    basic("M1:x"),
    basic("\u0000"),
    `Bearer ${token({ sub: ["m1"] })}`,
    `Bearer ${token({ sub: "__proto__" })}`,
    `Bearer ${token({ sub: "m1", more: "x".repeat(4_096) })}`,
  ]) {
    t.equal(named(authorization), undefined, `${authorization}`);
  }
  t.equal(named(undefined, { client_id: "a\nb" }), undefined);
});
