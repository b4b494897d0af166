import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { mapFile } from "../../src/map/map-source.ts";

t.test("a file is read as it is, and its print changes with it, also when its size does not", async (t) => {
  const path = join(t.testdir({ map: "one" }), "map");
  const source = mapFile(path);
  t.equal(source.name, path);
  const before = await source.fingerprint();
  t.equal(await source.fingerprint(), before);
  t.equal(Buffer.from(await source.read()).toString(), "one");
  writeFileSync(path, "two");
  t.not(await source.fingerprint(), before);
});

t.test("what is no file, and might give its reader no end, is refused before it is opened", async (t) => {
  await t.rejects(mapFile("/dev/zero").fingerprint(), { message: "it is not a file" });
  await t.rejects(mapFile(t.testdir()).fingerprint(), { message: "it is not a file" });
});
