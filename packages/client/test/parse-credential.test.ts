import t from "tap";
import { ClientError } from "../src/client-error.ts";
import { parseCredential } from "../src/parse-credential.ts";

t.test("white space around a credential is taken off", async (t) => {
  t.equal(parseCredential("\n eyJ.a.b \r\n"), "eyJ.a.b");
});

t.test("what is no single bearer token is refused without being quoted", async (t) => {
  for (const text of ["", "\n", "top secret", "a\nb", undefined, 5, "s".repeat(9_000)]) {
    const error = t.throws(() => parseCredential(text), { code: "invalid_credential" }) as ClientError;
    t.ok(error instanceof ClientError);
    t.notMatch(error.message, "top secret");
  }
});
