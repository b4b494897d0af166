import type { Test } from "tap";
import { ask, askWith, postJson } from "./ask.ts";
import { meshpass } from "./meshpass.ts";
import type { Mesh } from "./start-mesh.ts";
import { until } from "./until.ts";

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;

/** Rotates and withdraws the keys of a mesh by command, under calls. */
export async function changeKeys(t: Test, mesh: Mesh): Promise<void> {
  const accessToken = async (target: string): Promise<string> => {
    const answer = await postJson(`${mesh.url("authServer")}/accesstoken`, { target }, mesh.credential("m1"));
    return JSON.parse(answer.text).accessToken;
  };
  const hello = async (token: string): Promise<number> => (await askWith(token, `${mesh.url("m2")}/hello`)).status;
  const published = async (): Promise<string[]> =>
    JSON.parse((await ask(`${mesh.url("authServer")}/auth/jwt/jwks.json`)).text).keys.map(
      ({ kid }: { kid: string }) => kid,
    );
  const old = await accessToken("m2");
  const oldKid = kidOf(old);

  await t.test(
    "rotate waits for every receiver, then the new key signs, and the old one's tokens live on",
    async (t) => {
      const statuses: number[] = [];
      let isOver = false;
      const rotation = meshpass(mesh, "keys", "rotate").finally(() => {
        isOver = true;
      });
      while (!isOver) statuses.push(await hello(await accessToken("m2")), (await mesh.query("m1", "m2")).status);
      const { code, out, err } = await rotation;
      t.equal(code, 0, out + err);
      t.strictSame([...new Set(statuses)], [200], `${statuses.length} calls meanwhile`);
      const kid = kidOf(await accessToken("m2"));
      t.not(kid, oldKid);
      t.match(kid, /^d-/);
      t.ok(out.includes(kid), "it says which key signs now");
      t.equal(await hello(old), 200);
      t.ok((await published()).includes(oldKid));
    },
  );

  await t.test("a key that is withdrawn takes its tokens with it, and does not come back", async (t) => {
    t.equal(await hello(old), 200);
    const { code, out, err } = await meshpass(mesh, "keys", "withdraw", oldKid);
    t.equal(code, 0, out + err);
    t.equal(await hello(old), 401, "when the command has ended");
    t.notOk((await published()).includes(oldKid));
    t.equal((await mesh.query("m1", "m2")).status, 200, "others go on");
    t.match((await meshpass(mesh, "keys", "list")).out, new RegExp(`${oldKid}.*withdrawn`));
    process.kill(mesh.pid("authServer"), "SIGKILL");
    await until("the auth server is back", async () => (await ask(`${mesh.url("authServer")}/readyz`)).status === 200);
    t.notOk((await published()).includes(oldKid), "after a restart neither");
    t.equal(await hello(old), 401);
  });

  await t.test("the key that signs now can be withdrawn too, and there is another at once", async (t) => {
    const stolen = await accessToken("m2");
    t.equal(await hello(stolen), 200);
    const { code, out, err } = await meshpass(mesh, "keys", "withdraw", kidOf(stolen));
    t.equal(code, 0, out + err);
    t.match(out, /in force at 3 of 3 receivers/);
    t.equal(await hello(stolen), 401);
    await until("tokens again", async () => (await mesh.query("m1", "m2")).status === 200);
    t.not(kidOf(await accessToken("m2")), kidOf(stolen));
  });

  await t.test("a key that nobody knows is one line, and no success", async (t) => {
    const { code, err } = await meshpass(mesh, "keys", "withdraw", "d-1");
    t.not(code, 0);
    t.equal(err.trim().split("\n").length, 1, err);
  });
}
