import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The process that listens on `port`, found as `ss` does: by the inode of the socket, in /proc. */
export function listenerPid(port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const line = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((text) => text.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(wanted) && fields[3] === "0A");
  const inode = `socket:[${line?.[9]}]`;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const files = readdirSync(`/proc/${pid}/fd`);
      if (files.some((file) => readlinkSync(`/proc/${pid}/fd/${file}`) === inode)) return Number(pid);
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  throw new Error(`nobody listens on ${port}`);
}
