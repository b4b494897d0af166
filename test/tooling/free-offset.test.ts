import { createServer } from "node:net";
import { resolve } from "node:path";
import t from "tap";
import { freeOffset, meshPorts, step } from "../walk/free-offset.ts";
import { readOutput } from "./run-command.ts";

t.test("meshes at different offsets have no port in common", async (t) => {
  for (const one of meshPorts) for (const other of meshPorts) if (one !== other) t.not((one - other) % step, 0);
});

t.test("an offset is given once, to this process and to all others", async (t) => {
  const given = new Set(await Promise.all(Array.from({ length: 200 }, freeOffset)));
  t.equal(given.size, 200);
  const program = `import { freeOffset } from ${JSON.stringify(resolve(import.meta.dirname, "../walk/free-offset.ts"))};
    for (let index = 0; index < 200; index += 1) console.log(await freeOffset());`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const others = (await readOutput(process.execPath, args, import.meta.dirname)).trim().split("\n").map(Number);
  t.equal(new Set(others).size, 200);
  t.notOk(others.some((offset) => given.has(offset)));
});

t.test("an offset with a port that somebody has is not given", async (t) => {
  const offset = await freeOffset();
  const server = createServer();
  t.teardown(() => server.close());
  await new Promise<void>((done) => server.listen(offset + step + (meshPorts[0] ?? 0), "127.0.0.1", done));
  const given = await Promise.all(Array.from({ length: 300 }, freeOffset));
  t.notOk(given.includes(offset + step));
});
