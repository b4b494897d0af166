import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { writePrivateFile } from "../src/private-file.ts";

t.test("a secret is this user's alone, replaces the old one, and leaves nothing beside it", async (t) => {
  const path = join(t.testdir(), "state", "credentials", "m1.jwt");
  await writePrivateFile(path, "one\n");
  await writePrivateFile(path, "two\n");
  t.equal(readFileSync(path, "utf8"), "two\n");
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.equal(statSync(join(path, "..")).mode & 0o777, 0o700);
  t.same(readdirSync(join(path, "..")), ["m1.jwt"]);
});
