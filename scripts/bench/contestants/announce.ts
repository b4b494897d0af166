/** Says where a contestant listens, and ends it with its parent. */
export function announce(port: number): void {
  process.stdin.on("end", () => process.exit(0)).resume();
  process.stdout.write(`listening on ${port}\n`);
}
