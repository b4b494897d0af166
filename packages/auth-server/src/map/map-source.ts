import { open, stat } from "node:fs/promises";
import { maxMapBytes } from "@meshpass/policy";

/** Where the map's text comes from. */
export interface MapSource {
  /** What to call it in a message: the path of the file. */
  readonly name: string;
  /** A text that differs whenever the content may: cheap, asked several times a second. */
  fingerprint(): Promise<string>;
  read(): Promise<Uint8Array>;
}

/** The map in the file `path`; a rename over it, a write into it and a swapped symbolic link all change the print. */
export function mapFile(path: string): MapSource {
  return { name: path, fingerprint: () => fingerprintOf(path), read: () => readBounded(path) };
}

async function fingerprintOf(path: string): Promise<string> {
  const status = await stat(path, { bigint: true });
  // Before it is opened: to open a pipe waits for whoever writes to it.
  if (!status.isFile()) throw new Error("it is not a file");
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

/** What is larger than a map may be is refused before it is read. */
async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > maxMapBytes) throw new Error(`it is larger than ${maxMapBytes} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
