import type { CutoffsEnvelope } from "@meshpass/protocol";
import t from "tap";
import { startFakeCore } from "../fake-core.ts";
import { claimsOf } from "../fake-signer.ts";
import { mapOf, startServer } from "../start-server.ts";

t.test("a shorter default lifetime in the configuration ends the tokens that live longer", async (t) => {
  const core = await startFakeCore(t);
  const map = mapOf("  m1: [m2, {target: m3, lifetime: 10m}]");
  const first = await startServer(t, { map, core });
  await first.isReady();
  const { token } = await first.issue("m1");
  t.equal((await first.ask(token)).json().expiresIn, 300);
  await first.stop();
  const again = { stateFolder: first.folder, accessTokenLifetimeSeconds: 60 };
  const second = await startServer(t, { map, core, config: again });
  await second.isReady();
  const { envelope } = (await second.app.inject("/cutoffs")).json();
  const { cuts, head }: CutoffsEnvelope = JSON.parse(Buffer.from(envelope.split(".")[1] ?? "", "base64url").toString());
  t.match(cuts.at(-1), { ends: "edge m1 m2", number: head }, "and no other edge");
  const answer = (await second.ask(token)).json();
  t.equal(answer.expiresIn, 60);
  t.match(claimsOf(answer.accessToken).gen, new RegExp(`\\.${head}$`), "a new token knows of the cut");
});
