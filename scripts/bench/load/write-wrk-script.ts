import type { Request } from "./job.ts";

/** So many bodies are kept. */
const maxSamples = 20;
/** What the script's last line begins with; JSON follows. */
export const resultMark = "meshpass-bench ";

/**
 * The script that has wrk send `requests` in turn, keep to status 200 and print what came of it. wrk runs it once for
 * itself and once for its thread; the counts are the thread's, so `done` reads them from there.
 */
export const writeWrkScript = (requests: readonly Request[]): string => `
local turn, bad, kept = 0, 0, 0
local threads = {}
local requests = {}
samples = ""
wrong = 0

function setup(thread) table.insert(threads, thread) end

function init()
${requests.map(({ method, path, headers, body }) => `  table.insert(requests, wrk.format(${[method, path].map(quote).join(", ")}, ${writeTable(headers)}, ${body === undefined ? "nil" : quote(body)}))`).join("\n")}
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function response(status, headers, body)
  if status ~= 200 then wrong = wrong + 1
  elseif kept < ${maxSamples} then
    kept = kept + 1
    samples = samples .. body .. "\\0"
  end
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\\\]', function(c) return string.format("\\\\u%04x", c:byte()) end) .. '"'
end

function done(summary, latency)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  local wrong, samples = threads[1]:get("wrong"), threads[1]:get("samples")
  io.write(string.format('${resultMark}{"requests":%d,"micros":%d,"wrong":%d,"broken":%d,"p99Micros":%.0f,"samples":%s}\\n',
    summary.requests, summary.duration, wrong, broken, latency:percentile(99), quoted(samples)))
end
`;

const writeTable = (fields: Readonly<Record<string, string>>): string =>
  `{${Object.entries(fields)
    .map(([name, value]) => `[${quote(name)}]=${quote(value)}`)
    .join(",")}}`;

/** A string of Lua, byte by byte where it is not plain. */
export const quote = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`)).join("")}"`;

/** Printable ASCII but for the quotation mark and the backslash. */
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
