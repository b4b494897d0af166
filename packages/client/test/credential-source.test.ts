import t from "tap";
import { createCredentialSource } from "../src/credential-source.ts";

const noWarning = () => {
  throw new Error("a warning");
};

t.test("a text is the credential, for good", async (t) => {
  const source = createCredentialSource(" cred-1\n", noWarning);
  t.equal(await source.read(), "cred-1");
  t.equal(await source.reread("cred-1"), undefined);
});

t.test("a function is asked each time, and its answer to a refusal counts only if it differs", async (t) => {
  const given = ["cred-1", "cred-1", "cred-2"];
  const source = createCredentialSource(() => given.shift() as string, noWarning);
  t.equal(await source.read(), "cred-1");
  t.equal(await source.reread("cred-1"), undefined);
  t.equal(await source.reread("cred-1"), "cred-2");
});

t.test("what a function throws is not passed on", async (t) => {
  const throwing = () => {
    throw new Error("secret cred-1");
  };
  const rejecting = async () => throwing();
  for (const give of [throwing, rejecting]) {
    const source = createCredentialSource(give, noWarning);
    await t.rejects(source.read(), { code: "invalid_credential", message: "The credential function failed." });
  }
  const source = createCredentialSource(() => undefined as unknown as string, noWarning);
  await t.rejects(source.read(), { code: "invalid_credential" });
});
