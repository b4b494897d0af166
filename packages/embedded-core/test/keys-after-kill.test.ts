import { readFileSync } from "node:fs";
import t from "tap";
import { ended, kids, ready, start } from "./start-process.ts";

t.test("what was answered about keys holds after SIGKILL: staged, promoted and dropped", async (t) => {
  const folder = `${t.testdir()}/state`;
  const first = start(t, folder);
  const url = await ready(first);
  const headers = { "api-key": readFileSync(`${folder}/core-api-key`, "utf8").trim() };
  const change = async (body: object): Promise<string> => {
    const answer = await fetch(`${url}/meshpass/keys`, { method: "POST", headers, body: JSON.stringify(body) });
    return JSON.parse(await answer.text()).kid;
  };
  const old = await kids(url);
  const promoted = await change({ action: "promote", kid: await change({ action: "stage" }) });
  const staged = await change({ action: "stage" });
  for (const kid of old) await change({ action: "drop", kid });
  first.kill("SIGKILL");
  await ended(first);

  const again = await ready(start(t, folder));
  const answer = await fetch(`${again}/meshpass/keys`, { headers });
  t.match(JSON.parse(await answer.text()).keys, [
    { kid: staged, state: "staged" },
    { kid: promoted, state: "signing" },
    { kid: /^s-/, state: "signing" },
  ]);
  t.notOk((await kids(again)).some((kid) => old.includes(kid)));
});
