import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { endings } from "@meshpass/protocol";
import t, { type Test } from "tap";
import { certify, coreKey, createFeedKey, FakeFeed, signEnvelope } from "./fake-feed.ts";
import { tokenKey } from "./start-cutoffs.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "other-languages.md"), "utf8");
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "other-languages", name), "utf8");
const blocks = (language: string) => [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))];
/** The short lines of a language, which believe whom they ask, and those that check every signature. */
const lines = (language: string) => {
  const [short = "", checked = ""] = blocks(language).map(([, text]) => text);
  return { short, checked };
};

/** What a program prints. Rejects if it is not there or fails. A first build of Go's own library takes its time. */
const run = async (file: string, args: string[], options: object = {}): Promise<string> =>
  (await promisify(execFile)(file, args, { timeout: 100_000, encoding: "utf8", ...options })).stdout;

const works = (...command: Parameters<typeof run>): Promise<boolean> =>
  run(...command).then(
    () => true,
    () => false,
  );

/** What a poll is answered, and whether the token of m1 for m2, of gen 1.0, is refused after it. */
type PollAnswer = readonly [what: string, isRefused: boolean, answer: (feed: FakeFeed) => object];

/** In this order; those of `forgeries` come after the second, for who checks signatures. */
const honest: readonly PollAnswer[] = [
  ["a snapshot without cuts", false, (feed) => pair(feed)],
  ["a cut of others", false, (feed) => pair(cutting(feed, endings.edge("m2", "m1")))],
  ["a cut of the jti", true, (feed) => pair(cutting(feed, endings.jti(hashOf("jti-1"))))],
  ["a replica that lags", true, (feed) => ({ ...pair(feed), envelope: feed.snapshot({ head: 0, cuts: [] }) })],
  ["a new epoch", true, (feed) => pair(Object.assign(feed, { epoch: 2 }))],
];
const forgeries: readonly PollAnswer[] = [
  ["a forged envelope", false, (feed) => ({ ...pair(feed), envelope: signEnvelope(stranger, forged(feed)) })],
  [
    "an envelope of a key that a rotating key certified",
    false,
    (feed) => ({ certificate: certify(stranger, fresh(), tokenKey), envelope: signEnvelope(stranger, forged(feed)) }),
  ],
  ["a delta", false, (feed) => ({ ...pair(feed), envelope: feed.delta(1, forged(feed)) })],
];
const answersFor = { short: honest, checked: [...honest.slice(0, 2), ...forgeries, ...honest.slice(2)] };

const stranger = createFeedKey();
const hashOf = (jti: string) => createHash("sha256").update(jti).digest("base64url");
const fresh = () => ({ iat: Math.floor(Date.now() / 1_000), exp: Math.floor(Date.now() / 1_000) + 3_600 });
const forged = (feed: FakeFeed) => feed.payload({ cuts: [{ number: 1, ends: "all" }], head: 1 });
const pair = (feed: FakeFeed) => ({ certificate: feed.certificate(), envelope: feed.snapshot() });
const cutting = (feed: FakeFeed, ends: string) => {
  feed.add(ends);
  return feed;
};

/** Serves the keys, and to each poll the next of `answers`. */
async function serve(t: Test, answers: readonly PollAnswer[]): Promise<string> {
  const feed = new FakeFeed(Date.now);
  const left = [...answers];
  const send = (response: ServerResponse, body: unknown) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  const server = createServer((request, response) => {
    if (request.url === "/jwks") send(response, { keys: [coreKey.jwk, tokenKey.jwk] });
    else send(response, left.shift()?.[2](feed));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Before the first poll, after each, and once the last is two seconds old. */
function check(t: Test, answers: readonly PollAnswer[], output: string): void {
  const said = output.trim().split("\n");
  t.equal(said.length, answers.length + 2);
  t.equal(said[0], "True", "nothing is let in before the first poll");
  answers.forEach(([what, isRefused], at) => void t.equal(said[at + 1], isRefused ? "True" : "False", `after ${what}`));
  t.equal(said.at(-1), "True", "nothing is let in once the feed is two seconds old");
}

const pythonSkip = {
  short: (await works("python3", ["-c", "import hashlib"])) ? false : "python3 is not here",
  checked: (await works("python3", ["-c", "import jwt, cryptography"]))
    ? false
    : "python3 with PyJWT and cryptography is not here: pip install pyjwt cryptography",
};
const module = "github.com/golang-jwt/jwt/v5";
const env = { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off" };
const hasGo = await works("go", ["mod", "download", `${module}@v5.3.1`], { env });
const goLack = `go with ${module} v5.3.1 in its module cache is not here: go mod download ${module}@v5.3.1`;

for (const kind of ["short", "checked"] as const) {
  const answers = answersFor[kind];
  const polls = String(answers.length);
  t.test(`the ${kind} lines for Python honour the feed`, { skip: pythonSkip[kind] }, async (t) => {
    const program = `${lines("python")[kind]}\n${fixture(`${kind}.py`)}`;
    check(t, answers, await run("python3", ["-c", program, await serve(t, answers), polls]));
  });

  t.test(`the ${kind} lines for Go honour the feed`, { skip: hasGo ? false : goLack }, async (t) => {
    const cwd = t.testdir({
      "go.mod": `module receiver\n\ngo 1.22\n\nrequire ${module} v5.3.1\n`,
      "cutoffs.go": lines("go")[kind],
      "main.go": fixture(`${kind}.go`),
    });
    check(t, answers, await run("go", ["run", ".", await serve(t, answers), polls], { cwd, env }));
  });
}
