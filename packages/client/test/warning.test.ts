import t from "tap";
import { type ClientWarning, createWarn } from "../src/warning.ts";

t.test("each kind of warning is passed on once", async (t) => {
  const given: ClientWarning[] = [];
  const warn = createWarn((warning) => given.push(warning));
  warn("http_allowed", "first");
  warn("credential_exposed", "second");
  warn("http_allowed", "third");
  t.same(given, [
    { code: "http_allowed", message: "first" },
    { code: "credential_exposed", message: "second" },
  ]);
});
