// Loaded before a process of a mesh (`NODE_OPTIONS=--import=...`): its wall clock is off by what a file says, so that a test
// can set the clock of one process while it runs. Its monotonic clock goes on as it was.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const { argv, env } = process;
const [, entry = "", name = basename(dirname(dirname(entry)))] = argv;
const file = join(env.MESHPASS_TEST_CLOCKS ?? "/nowhere", name);
const pollMs = 20;

const realNow = Date.now;
let shiftMs = 0;

function readShift(): void {
  try {
    shiftMs = Number(readFileSync(file, "utf8"));
  } catch {
    shiftMs = 0;
  }
}

if (env.MESHPASS_TEST_CLOCKS !== undefined) {
  readShift();
  setInterval(readShift, pollMs).unref();
  Date.now = () => realNow() + shiftMs;
  globalThis.Date = new Proxy(Date, {
    construct: (RealDate, values) => Reflect.construct(RealDate, values.length === 0 ? [Date.now()] : values),
  });
}
