import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import t from "tap";
import { ended, kids, ready, start } from "./start-process.ts";

const body = JSON.stringify({ algorithm: "RS256", jwksDomain: "x", payload: {}, validity: 60 });

t.test("the first start makes key and keys, a later one has the same, and SIGTERM ends it with 0", async (t) => {
  const folder = `${t.testdir()}/state`;
  const first = start(t, folder);
  const url = await ready(first);
  const apiKey = readFileSync(`${folder}/core-api-key`, "utf8");
  t.match(apiKey, /^[0-9a-f]{64}\n$/);
  for (const file of ["core-api-key", "core.sqlite"]) t.equal(statSync(`${folder}/${file}`).mode & 0o777, 0o600, file);
  const minted = await fetch(`${url}/recipe/jwt`, { method: "POST", headers: { "api-key": apiKey.trim() }, body });
  t.match(await minted.json(), { status: "OK" });
  const before = await kids(url);
  first.kill("SIGTERM");
  t.equal(await ended(first), 0);

  const second = start(t, folder);
  t.same(await kids(await ready(second)), before);
  t.equal(readFileSync(`${folder}/core-api-key`, "utf8"), apiKey);
  second.kill("SIGINT");
  t.equal(await ended(second), 0);
});

t.test("a port in use is one line that names it, and exit code 1; so is a folder in use", async (t) => {
  const folder = `${t.testdir()}/state`;
  const running = start(t, folder);
  const { port } = new URL(await ready(running));
  const second = start(t, `${folder}-2`, { PORT: port });
  t.match(
    await text(second.stderr as NodeJS.ReadableStream),
    new RegExp(`^Port ${port} is in use: .*PORT.*MESHPASS_PORT_OFFSET.*\\n$`),
  );
  t.equal(await ended(second), 1);
  const third = start(t, folder);
  t.match(
    await text(third.stderr as NodeJS.ReadableStream),
    /^another core has .*core\.sqlite open: a mesh is already running here; stop it, or set MESHPASS_STATE_DIR\.\n$/,
  );
  t.equal(await ended(third), 1);
});

t.test("listening off loopback must be asked for", async (t) => {
  const folder = `${t.testdir()}/state`;
  const refused = start(t, folder, { HOST: "0.0.0.0" });
  t.match(
    await text(refused.stderr as NodeJS.ReadableStream),
    /^The core cannot start: .*MESHPASS_CORE_ALLOW_REMOTE=1.*\n$/,
  );
  t.equal(await ended(refused), 1);
  t.equal(existsSync(folder), false, "nothing was made");
});

t.test("SIGTERM lets a request in flight end; a second one ends the process at once", async (t) => {
  const child = start(t, `${t.testdir()}/state`);
  const url = await ready(child);
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  const apiKey = readFileSync(`${t.testdirName}/state/core-api-key`, "utf8").trim();
  socket.write(
    `POST /recipe/jwt HTTP/1.1\r\nHost: localhost\r\napi-key: ${apiKey}\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await fetch(`${url}/hello`);
  child.kill("SIGTERM");
  await t.rejects(
    (async () => {
      for (;;) await fetch(`${url}/hello`, { headers: { connection: "close" } });
    })(),
    "no new connection is taken",
  );
  t.equal(child.exitCode, null, "it still waits for the request");
  child.kill("SIGTERM");
  t.equal(await ended(child), 1);
});

t.test("the core ends when its parent does", async (t) => {
  const child = start(t, `${t.testdir()}/state`, { MESHPASS_PARENT_PIPE: "1" });
  await ready(child);
  child.stdin?.end();
  t.equal(await ended(child), 0);
});

t.test("with a parent to watch, its signal and the end of its pipe are one wish", async (t) => {
  const child = start(t, `${t.testdir()}/state`, { MESHPASS_PARENT_PIPE: "1" });
  await ready(child);
  child.kill("SIGTERM");
  child.stdin?.end();
  t.equal(await ended(child), 0);
});

t.test("without a parent to watch, the end of standard input means nothing", async (t) => {
  const child = start(t, `${t.testdir()}/state`);
  child.stdin?.end();
  const url = await ready(child);
  t.equal((await fetch(`${url}/hello`)).status, 200);
});
