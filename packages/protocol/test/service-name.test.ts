import { isServiceName, parseServiceName } from "@meshpass/protocol";
import t from "tap";

t.test("a service name is 1 to 63 of a-z 0-9 and inner hyphens, in one spelling (name aliasing)", async (t) => {
  for (const name of ["m1", "a", "0", "a-b", "constructor", "then", `a${"b".repeat(61)}c`]) {
    t.equal(parseServiceName(name), name);
  }
  const bad = [
    "",
    "-a",
    "a-",
    "M1",
    "m1 ",
    " m1",
    "m_1",
    "m.1",
    "__proto__",
    "ｍ1",
    "\u212A8s",
    "m1\n",
    "m1\r\n",
    "caf\u00e9",
    "cafe\u0301",
    "m1\u200b",
    "a".repeat(64),
  ];
  for (const name of bad) t.notOk(isServiceName(name), JSON.stringify(name));
});

t.test("what is no string is no name, and Meshpass's own names are nobody's", async (t) => {
  for (const value of [1, null, undefined, ["m1"], { toString: () => "m1" }, true]) t.notOk(isServiceName(value));
  for (const name of ["auth-server", "operator"]) t.equal(parseServiceName(name), undefined);
});
