import t from "tap";
import { isBearer } from "../src/bearer.ts";

t.test("RFC 6750 2.1: a b64token can stand in the header", async (t) => {
  for (const value of ["a", "eyJ.eyJ.c2ln", "a-b_c~d+e/f==", "x".repeat(8_192)])
    t.ok(isBearer(value), value.slice(0, 20));
});

t.test("what could end the header, start another one or is too long cannot", async (t) => {
  const hostile = [
    "",
    " ",
    "a b",
    "a\r\nx: y",
    "a\n",
    "\na",
    "a\0",
    "=",
    "a=b",
    "é",
    "a,b",
    "x".repeat(8_193),
    7,
    null,
    undefined,
    {},
  ];
  for (const value of hostile) t.notOk(isBearer(value), JSON.stringify(value)?.slice(0, 20));
});
