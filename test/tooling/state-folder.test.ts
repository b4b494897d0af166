import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readConfig } from "@meshpass/auth-server";
import t from "tap";

const root = resolve(import.meta.dirname, "../..");

t.test("the state folder, which holds keys and credentials, goes into no repository and no image", async (t) => {
  const read = readConfig({ env: {}, readFile: (path) => (path.endsWith("core-api-key") ? "key\n" : undefined) });
  const folder = "config" in read ? read.config.stateFolder : read.problems.join("\n");
  for (const file of [".gitignore", ".dockerignore"]) {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    t.ok(lines.includes(`${folder}/`), `${file} names ${folder}/`);
    t.notOk(
      lines.some((line) => line.startsWith("!")),
      `${file} takes nothing back`,
    );
  }
});
