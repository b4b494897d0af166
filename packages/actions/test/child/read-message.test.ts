import t from "tap";
import { readMessage } from "../../src/child/read-message.ts";

const actions = new Set(["a.ts"]);
const read = (message: unknown) => readMessage(JSON.stringify(message), actions);
const answer = (verdict: unknown) => read({ kind: "answer", id: 1, verdict });

t.test("what a child says is read", async (t) => {
  t.strictSame(read({ kind: "ready" }), { kind: "ready" });
  t.strictSame(read({ kind: "unloadable", action: "a.ts", text: "b\n" }), {
    kind: "unloadable",
    action: "a.ts",
    text: "b\\u000a",
  });
  t.strictSame(read({ kind: "log", action: "a.ts", text: "x".repeat(300) })?.kind, "log");
  t.same(answer({ claims: { n: [1] }, ignored: [{ action: "a.ts", claim: "sub" }] }), {
    kind: "answer",
    id: 1,
    verdict: {
      claims: { n: [1] },
      warnings: [
        { code: "protected_claim", action: "a.ts", message: "a.ts sets the claim sub, which is protected: ignored" },
      ],
    },
  });
  const failed = { action: "a.ts", text: "no" };
  t.strictSame(answer({ failed }), { kind: "answer", id: 1, verdict: { failed } });
});

t.test("a reason is told in the characters of RFC 6749 section 5.2", async (t) => {
  const denied = { code: "invalid_scope", reason: 'no "write"\\\n\u00e9', action: "a.ts" };
  t.match(answer({ denied }), { verdict: { denied: { reason: "no 'write'???" } } });
});

const denied = { code: "invalid_scope", reason: "no", action: "a.ts" };
const hostile: Readonly<Record<string, unknown>> = {
  "no object": 1,
  "a list": [],
  "no kind": {},
  "another kind": { kind: "mint" },
  "an inherited kind": { kind: "constructor" },
  "an answer without a number": { kind: "answer", id: "1", verdict: { claims: {}, ignored: [] } },
  "an answer without a verdict": { kind: "answer", id: 1 },
  "a log of an action that is not there": { kind: "log", action: "b.ts", text: "" },
  "a log without a text": { kind: "log", action: "a.ts", text: {} },
  "no claims": { kind: "answer", id: 1, verdict: { ignored: [] } },
  "claims in a list": { kind: "answer", id: 1, verdict: { claims: [1], ignored: [] } },
  "a protected claim": { kind: "answer", id: 1, verdict: { claims: { sub: "operator:x" }, ignored: [] } },
  "too many claims": {
    kind: "answer",
    id: 1,
    verdict: { claims: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`c${index}`, 1])), ignored: [] },
  },
  "claims that are too large": { kind: "answer", id: 1, verdict: { claims: { a: "x".repeat(2_048) }, ignored: [] } },
  "no list of ignored claims": { kind: "answer", id: 1, verdict: { claims: {}, ignored: {} } },
  "too long a list of ignored claims": {
    kind: "answer",
    id: 1,
    verdict: { claims: {}, ignored: Array(33).fill({ action: "a.ts", claim: "sub" }) },
  },
  "an ignored claim of nobody": { kind: "answer", id: 1, verdict: { claims: {}, ignored: [{ claim: "sub" }] } },
  "a refusal with another code": { kind: "answer", id: 1, verdict: { denied: { ...denied, code: "allow" } } },
  "a refusal without a reason": { kind: "answer", id: 1, verdict: { denied: { ...denied, reason: "" } } },
  "a refusal with too long a reason": {
    kind: "answer",
    id: 1,
    verdict: { denied: { ...denied, reason: "x".repeat(201) } },
  },
  "a refusal by nobody": { kind: "answer", id: 1, verdict: { denied: { ...denied, action: "__proto__" } } },
};

for (const [what, message] of Object.entries(hostile)) {
  t.test(`what is no message is none: ${what}`, async (t) => t.equal(read(message), undefined));
}

t.test("what is no JSON is no message, and neither is a __proto__ in it", async (t) => {
  for (const line of ["", "{", "undefined"]) t.equal(readMessage(line, actions), undefined);
  for (const claims of ['{"__proto__":{"a":1}}', '{"a":{"__proto__":1}}']) {
    t.equal(readMessage(`{"kind":"answer","id":1,"verdict":{"claims":${claims},"ignored":[]}}`, actions), undefined);
  }
});
