import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Sends `message` to a process of `stage.fork` and gives its next message; one question at a time. */
export async function askProcess<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const settled = new AbortController();
  const ended = once(child, "exit", { signal: settled.signal }).then(() => {
    throw new Error(`${child.spawnargs.at(-1)} ended before it answered`);
  });
  child.send(message);
  try {
    const [answer] = await Promise.race([once(child, "message", { signal: settled.signal }), ended]);
    if (answer.failure !== undefined) throw new Error(`${child.spawnargs.at(-1)}: ${answer.failure}`);
    return answer;
  } finally {
    settled.abort();
    ended.catch(() => undefined);
  }
}
