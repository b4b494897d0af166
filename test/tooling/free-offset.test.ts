import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { resolve } from "node:path";
import t from "tap";
import { freeOffset, meshPorts, step } from "../walk/free-offset.ts";
import { readOutput } from "./run-command.ts";

/** Those that a test takes are taken for all suites of this machine until its process ends. */
const few = 20;

t.test("meshes at different offsets have no port in common", async (t) => {
  for (const one of meshPorts) for (const other of meshPorts) if (one !== other) t.not((one - other) % step, 0);
});

t.test("an offset is given once, to this process and to all others", async (t) => {
  const given = new Set(await Promise.all(Array.from({ length: few }, () => freeOffset())));
  t.equal(given.size, few);
  const program = `import { freeOffset } from ${JSON.stringify(resolve(import.meta.dirname, "../walk/free-offset.ts"))};
    for (let index = 0; index < ${few}; index += 1) console.log(await freeOffset());`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const others = (await readOutput(process.execPath, args, import.meta.dirname)).trim().split("\n").map(Number);
  t.equal(new Set(others).size, few);
  t.notOk(others.some((offset) => given.has(offset)));
});

t.test("an offset with a port that somebody has is not given, nor one that is reserved", async (t) => {
  let place = 0;
  const offset = await freeOffset((most) => {
    place = randomInt(20, most);
    return place;
  });
  const server = createServer();
  t.teardown(() => server.close());
  await new Promise<void>((done) => server.listen(offset - step + (meshPorts[0] ?? 0), "127.0.0.1", done));
  const places = Array.from({ length: 20 }, (_, index) => place - index);
  const given = await freeOffset(() => places.shift() as number);
  t.notOk([offset, offset - step].includes(given));
  t.ok(places.length <= 17, "though both were tried first");
});
