import { isBlockList } from "@meshpass/protocol";
import t from "tap";
import { askOperator, changeByOperator } from "../src/ask-operator.ts";
import { OperatorError } from "../src/operator-client.ts";
import { runMeshpass } from "./run-meshpass.ts";

const silent = new OperatorError("the operator interface does not answer", { mayBeDone: true });
const refused = new OperatorError("it is refused", { code: "receivers_behind" });
const clientThat = (answer: unknown) => ({
  call: async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  },
});
const request = { method: "POST", path: "/blocks", body: {} } as const;

t.test("an answer of the shape that is asked for is handed back, any other is one line", async (t) => {
  const answer = { blocks: [{ caller: "m1", at: 1 }] };
  t.equal(await askOperator(clientThat(answer), request, isBlockList), answer);
  t.equal(await changeByOperator(clientThat(answer), request, isBlockList), answer);
  const message = /^the operator interface answered something that is not understood here; run the meshpass that came/;
  for (const other of [undefined, null, "x", [], { blocks: 7 }, { blocks: [{ caller: "m1", at: "1" }] }]) {
    await t.rejects(askOperator(clientThat(other), request, isBlockList), { name: "OperatorError", message });
    await t.rejects(changeByOperator(clientThat(other), request, isBlockList), { name: "OperatorError", message });
  }
});

t.test("only of a change that may be done is it said that it may, and a bug is left alone", async (t) => {
  const messageOf = (work: Promise<unknown>) => work.catch(({ message }: Error) => message);
  const line = `${silent.message}; it may have been made all the same: pnpm meshpass blocks`;
  t.equal(await messageOf(changeByOperator(clientThat(silent), request, isBlockList)), line);
  t.equal(await messageOf(askOperator(clientThat(silent), request, isBlockList)), silent.message);
  await t.rejects(changeByOperator(clientThat(refused), request, isBlockList), refused);
  await t.rejects(changeByOperator(clientThat(new RangeError("a bug")), request, isBlockList), RangeError);
});

const head = { epoch: 1, number: 17, now: 1, receivers: [] };
const gone = { service: "m2", instance: "78ad", version: "1", epoch: 1, head: 1, kids: [], keysAgeSeconds: null };
const keys = {
  core: "embedded",
  keys: [],
  rotation: { kid: "d-2", next: "promote", holding: 0, receivers: 0, behind: [] },
};

t.test(
  "every command that changes something says where to look, when no answer came or none that is known",
  async (t) => {
    const answers = {
      "GET /receivers": { ...head, receivers: [{ ...gone, lastHeardAt: 1, clockDifferenceMs: 0, live: false }] },
      "GET /keys": keys,
    };
    const commands: Readonly<Record<string, readonly [called: string, shownBy: string]>> = {
      "credentials issue m1": ["POST /credentials", "credentials list"],
      "credentials revoke j": ["DELETE /credentials/j", "credentials list"],
      "credentials revoke j --keep-tokens": ["DELETE /credentials/j?keepTokens=true", "credentials list"],
      "credentials cut m1": ["POST /cuts", "status"],
      "cut m1 m2": ["POST /cuts", "status"],
      "block m1": ["POST /blocks", "blocks"],
      "unblock m1 m2": ["DELETE /blocks/m1/m2", "blocks"],
      "keys rotate": ["POST /keys", "keys list"],
      "keys withdraw d-1": ["DELETE /keys/d-1", "keys list"],
      "forget m2 78": ["DELETE /receivers/m2/78ad", "status"],
    };
    for (const [words, [called, shownBy]] of Object.entries(commands)) {
      for (const answer of [silent, {}, null, "x"]) {
        const { report } = await runMeshpass(words.split(" "), { ...answers, [called]: answer });
        t.equal(report.lines.length, 1, words);
        t.match(report, { isError: true, exitCode: 2 });
        t.ok(report.lines[0]?.endsWith(`; it may have been made all the same: pnpm meshpass ${shownBy}`), words);
      }
      const { report } = await runMeshpass(words.split(" "), { ...answers, [called]: refused });
      t.notMatch(report.lines.join(), "all the same", "what was refused has not happened");
    }
  },
);

t.test("a command that changes nothing does not say so, and reads no answer of another shape", async (t) => {
  const commands: Readonly<Record<string, string>> = {
    "credentials list": "GET /credentials",
    "cut m1 m2 --dry-run": "POST /cuts",
    blocks: "GET /blocks",
    "keys list": "GET /keys",
    status: "GET /status",
  };
  for (const [words, called] of Object.entries(commands)) {
    for (const answer of [silent, {}, null, "x"]) {
      const { report } = await runMeshpass(words.split(" "), { "GET /receivers": head, [called]: answer });
      t.equal(report.lines.length, 1, words);
      t.match(report, { isError: true, exitCode: 2 });
      t.notMatch(report.lines[0], "all the same");
    }
  }
});
