import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import t from "tap";
import { isApiKey, keepApiKey } from "../src/api-key.ts";

const random = (bytes: number): Buffer => Buffer.alloc(bytes, 0xab);

t.test(
  "the first start makes a key of 256 random bits, for the owner alone, and leaves nothing else behind",
  async (t) => {
    const folder = `${t.testdir()}/state`;
    const path = `${folder}/core-api-key`;
    t.equal(keepApiKey(path, random), "ab".repeat(32));
    t.equal(readFileSync(path, "utf8"), `${"ab".repeat(32)}\n`);
    t.equal(statSync(path).mode & 0o777, 0o600);
    t.equal(statSync(folder).mode & 0o777, 0o700);
    t.same(readdirSync(folder), ["core-api-key"]);
  },
);

t.test("later starts read the same key", async (t) => {
  const path = `${t.testdir()}/state/core-api-key`;
  const key = keepApiKey(path, random);
  t.equal(
    keepApiKey(path, (bytes) => Buffer.alloc(bytes)),
    key,
  );
});

t.test("a file that holds no api key is refused, and its content is not told", async (t) => {
  for (const content of ["", "\n", "too-short-secret", "twenty characters and a space"]) {
    const folder = t.testdir({ key: content });
    chmodSync(`${folder}/key`, 0o600);
    t.throws(() => keepApiKey(`${folder}/key`, random), {
      code: "state_unusable",
      message: /^(?!.*secret).*delete it/,
    });
  }
});

t.test("a key that others may read is refused", async (t) => {
  const folder = t.testdir();
  writeFileSync(`${folder}/key`, "k".repeat(20), { mode: 0o644 });
  t.throws(() => keepApiKey(`${folder}/key`, random), { code: "state_unusable", message: /chmod 600/ });
});

t.test("an api key is at least 20 characters that the real core takes", async (t) => {
  t.equal(isApiKey("aZ09=-".repeat(4)), true);
  t.equal(isApiKey("a".repeat(19)), false);
  t.equal(isApiKey(`${"a".repeat(20)}_`), false);
  t.equal(isApiKey(`${"a".repeat(20)}\n`), false);
});
