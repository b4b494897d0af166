import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { decodeJwt, decodeProtectedHeader } from "jose";
import t from "tap";
import { runDirectionsCli } from "../../../scripts/demo/samples/directions-cli.ts";
import { runMeterFleet } from "../../../scripts/demo/samples/meter-fleet.ts";
import { shipLogs } from "../../../scripts/demo/samples/ship-logs.ts";
import { type Reply, startServer } from "./start-server.ts";

const token = (text: string): Reply => [200, JSON.stringify({ access_token: text })];

t.test("one token serves all batches; one that ended is replaced, once, and the batch is sent again", async (t) => {
  const asked: string[] = [];
  let tokens = 0;
  const url = await startServer(t, ({ line, authorization, body }) => {
    asked.push(line.startsWith("post /token") ? "token" : `${authorization} ${body}`);
    if (line === "post /token") return token(`t-${++tokens}`);
    return authorization === "Bearer t-1" && asked.length > 3 ? [401, ""] : [200, ""];
  });
  const printed: string[] = [];
  const options = { tokenUrl: `${url}/token`, collectorUrl: `${url}/logs`, clientId: "log-shipper", secret: "s" };
  const print = (line: string) => void printed.push(line);
  await shipLogs({ ...options, batchSize: 2, input: Readable.from("1\n2\n3\n4\n5\n6\n7"), print });
  t.strictSame(asked, [
    "token",
    'Bearer t-1 {"value":["1","2"]}',
    'Bearer t-1 {"value":["3","4"]}',
    'Bearer t-1 {"value":["5","6"]}',
    "token",
    'Bearer t-2 {"value":["5","6"]}',
    'Bearer t-2 {"value":["7"]}',
  ]);
  t.strictSame(printed, ["shipped 2 lines", "shipped 2 lines", "shipped 2 lines", "shipped 1 lines"]);
});

t.test("a batch that nobody takes, and a token that nobody gives, end the shipping", async (t) => {
  const ship = async (answer: Reply, grant: Reply = token("t")) => {
    let batches = 0;
    const url = await startServer(t, ({ line }) => {
      if (line === "post /token") return grant;
      batches += 1;
      return batches > 2 ? [500, ""] : answer;
    });
    const options = { tokenUrl: `${url}/token`, collectorUrl: `${url}/logs`, clientId: "log-shipper", secret: "s" };
    await shipLogs({ ...options, batchSize: 2, input: Readable.from("1"), print: () => t.fail("nothing was shipped") });
  };
  await t.rejects(ship([401, ""]), /did not take a batch: 401$/);
  await t.rejects(ship([503, ""]), /did not take a batch: 503$/);
  await t.rejects(
    ship([200, ""], [401, '{"error":"invalid_client"}']),
    /^no token for log-shipper: 401 invalid_client$/,
  );
});

t.test(
  "each device is enrolled once, with a key of its own, and one that fails keeps no other from its work",
  async (t) => {
    const assertions: string[] = [];
    const url = await startServer(t, ({ line, body }) => {
      if (line !== "post /token") return [200, "here"];
      const assertion = new URLSearchParams(body).get("client_assertion") ?? "";
      assertions.push(assertion);
      return decodeJwt(assertion).sub === "meter-2" ? [401, '{"error":"invalid_client"}'] : token("t");
    });
    const keysFolder = join(t.testdir(), "fleet");
    const enrolled: string[] = [];
    const printed: string[] = [];
    const options = {
      tokenUrl: `${url}/token`,
      placeUrl: `${url}/place`,
      devices: ["meter-1", "meter-2", "meter-3"],
      keysFolder,
      print: (line: string) => void printed.push(line),
    };
    const down = async () => {
      throw new Error("the operator is away");
    };
    t.equal(await runMeterFleet({ ...options, devices: ["meter-1"], enrol: down }), 1);
    t.notOk(existsSync(join(keysFolder, "meter-1.pem")), "no key is kept that nobody knows");
    const enrol = async (device: string, publicKey: string) => void enrolled.push(`${device} ${publicKey}`);
    t.equal(await runMeterFleet({ ...options, enrol }), 1);
    t.equal(await runMeterFleet({ ...options, enrol }), 1);
    t.equal(new Set(enrolled).size, 3);
    t.equal(enrolled.length, 3);
    t.equal(statSync(join(keysFolder, "meter-1.pem")).mode & 0o777, 0o600);
    t.strictSame(printed.slice(0, 4), [
      "meter-1: the operator is away",
      "meter-1: here",
      "meter-2: meter-2 could not sign in: 401 invalid_client",
      "meter-3: here",
    ]);
    const [first = ""] = assertions;
    t.match(decodeProtectedHeader(first), { alg: "EdDSA" });
    const { iss, sub, aud, iat = 0, exp } = decodeJwt(first);
    t.strictSame([iss, sub, aud, exp], ["meter-1", "meter-1", options.tokenUrl, iat + 60]);
    t.equal(new Set(assertions.map((each) => decodeJwt(each).jti)).size, assertions.length, "none is shown twice");
  },
);

t.test("the tool keeps its private key to itself, and says what an operator does with the public one", async (t) => {
  let body = "";
  const url = await startServer(t, (asked) => {
    if (asked.line !== "post /token") return [403, '{"error":"insufficient_scope"}'];
    body = asked.body;
    return token("t");
  });
  const keyPath = join(t.testdir(), "cli", "key.pem");
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const options = { tokenUrl: `${url}/token`, directionsUrl: `${url}/directions`, keyPath, print };
  await runDirectionsCli(options);
  t.match(printed[0], `issue directions-cli --type key --public-key ${keyPath}.pub`);
  t.match(readFileSync(`${keyPath}.pub`, "utf8"), /^-----BEGIN PUBLIC KEY/);
  t.equal(statSync(keyPath).mode & 0o777, 0o600);
  t.equal(body, "", "nothing was sent yet");
  await t.rejects(runDirectionsCli(options), /^no directions: 403 /);
  t.notMatch(body, "PRIVATE");
});
