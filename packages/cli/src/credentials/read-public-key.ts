import { escapeDeceptive, type PublicKeyInput, readKeyText } from "@meshpass/protocol";
import { describeReadFailure } from "../read-failure.ts";
import { type Report, usageError } from "../report.ts";
import type { OpenMap } from "../with-map.ts";

/** The largest key that the auth server takes is a tenth of this. */
const maxBytes = 16_384;

/** The public key in `file`, or why there is none that may be sent. */
export async function readPublicKey(
  file: string,
  open: OpenMap,
): Promise<{ readonly publicKey: PublicKeyInput } | { readonly problem: Report }> {
  const shown = escapeDeceptive(file === "-" ? "standard input" : file);
  const refuse = (line: string) => ({ problem: usageError(line) });
  try {
    const read = readKeyText(await readText(open(file)));
    if (read.form === "public") return { publicKey: read.publicKey };
    if (read.form === "private")
      return refuse(`${shown} holds a private key; give the public half: openssl pkey -pubout -in KEY -out FILE`);
    return refuse(`${shown} is no public key; give PEM (BEGIN PUBLIC KEY) or a JWK: RSA, P-256 or Ed25519`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refuse(`cannot read ${shown}: ${describeReadFailure(code)}; name another file`);
  }
}

/** The beginning of what `stream` gives, as much as any key takes, so that reading a device comes to an end. */
async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) return "";
  }
  return Buffer.concat(chunks).toString();
}
