import type { Request } from "./job.ts";

/** The bytes of `request` to a server of this machine, made once and sent many times. */
export function writeRequest({ method, path, headers, body }: Request, port: number): Buffer {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const fields = Object.entries({ host: `127.0.0.1:${port}`, ...headers, ...length });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body ?? ""}`);
}
