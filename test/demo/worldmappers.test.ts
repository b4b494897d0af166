import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { until } from "../walk/until.ts";
import { changeMap } from "./change-map.ts";
import { createDemoPlace, serveDemo } from "./demo-place.ts";
import { runDemo } from "./run-demo.ts";
import { runDemosPage } from "./run-demos-page.ts";

const root = join(import.meta.dirname, "../..");
const place = await createDemoPlace(t);
const api = `http://localhost:${place.port(7001)}`;
const provider = await serveDemo(t, place, "provider", "[Provider]: listens to");
const worldmappers = await serveDemo(t, place, "worldmappers", "Loaded public key for:");

const gifts = (...args: string[]) => runDemo(place, "gift-deliveries", ...args);

const opening = `info: Starting the Gift Deliveries worker.
debug: Fetching access token from http://localhost:${place.port(8000)}/oauth/token
`;
const calling = "info: Getting directions to the Auth0 Office from the World Mappers API\n";

/** What a run prints that gets no token. */
const refused = (status: number, error: string, description: string, limits = "") => ({
  exitCode: 1,
  stderr: "",
  stdout: `${opening}error: Error getting a token: error=${error}, error_description=${description}
debug: The answer was ${status}${limits}
`,
});

const directions = '[{"step":1,"action":"Turn left"},{"step":2,"action":"Turn right"},{"step":3,"action":"Finish"}]';

await t.test("the second server uses the auth server of the first, and says so", async (t) => {
  const line = `using the auth server that answers at http://localhost:${place.port(8000)}; `;
  t.match(worldmappers.output(), line);
  t.notMatch(provider.output(), line);
});

await t.test("every command of the page on demos does what the page says", (t) => runDemosPage(t, place));

await t.test("Gift Deliveries gets its directions, in the words of the reference", async (t) => {
  t.strictSame(await gifts(), {
    exitCode: 0,
    stderr: "",
    stdout: `${opening}${calling}info: Directions: ${directions}\n`,
  });
  t.match(worldmappers.output(), `Worldmappers API (Resource Server) listening on: ${api}\n`);
  t.match(worldmappers.output(), "Current user: gift-deliveries (scope=directions geocode:location)\n");
  t.match(worldmappers.output(), /^GET \/api\/directions 200 [\d.]+ ms$/m);
});

await t.test("a wrong secret is 401 access_denied", async (t) => {
  t.strictSame(await gifts("--secret", "wrong"), refused(401, "access_denied", "Unauthorized"));
});

await t.test("an audience that nobody has is 403, and named", async (t) => {
  const description = "Service not enabled within domain: urn:nobody";
  t.strictSame(await gifts("--audience", "urn:nobody"), refused(403, "access_denied", description));
});

await t.test("a scope that is not granted is 403, and named", async (t) => {
  const description = "Client has not been granted scopes: admin";
  t.strictSame(await gifts("--scope", "directions admin"), refused(403, "access_denied", description));
});

await t.test("a token without the scope is 403 at the API, which names it", async (t) => {
  t.strictSame(await gifts("--scope", "geocode:location"), {
    exitCode: 1,
    stderr: "",
    stdout: `${opening}${calling}error: Cannot perform action. Missing scope directions\ndebug: The answer was 403\n`,
  });
});

await t.test("an API that is disabled is 403 access_denied, and works again once it is not", async (t) => {
  const undo = await changeMap(
    place,
    'audience: "urn:worldmappers"',
    'enabled: false\n    audience: "urn:worldmappers"',
  );
  const description = "Service not enabled within domain: urn:worldmappers";
  t.strictSame(await gifts(), refused(403, "access_denied", description));
  await undo();
  t.equal((await gifts()).exitCode, 0);
});

await t.test("with a quota of two an hour the third run is 429, and says how long to wait", async (t) => {
  const undo = await changeMap(place, "{ errors: auth0 }", "{ errors: auth0, quota: { per_hour: 2 } }");
  // What came before counts, so the third run may be the first one here.
  const runs = [await gifts(), await gifts(), await gifts()];
  const last = runs.at(-1);
  t.equal(last?.exitCode, 1);
  t.match(
    last?.stdout,
    "error: Error getting a token: error=too_many_requests, error_description=Client quota exceeded\n",
  );
  const limits =
    /^debug: The answer was 429, Retry-After: (\d+), Auth0-Client-Quota-Limit: b=per_hour;q=2;r=0;t=(\d+), /m;
  const [, retryAfter, seconds] = limits.exec(last?.stdout ?? "") ?? [];
  t.equal(retryAfter, seconds);
  t.ok(Number(seconds) > 0 && Number(seconds) <= 3_600);
  await undo();
});

await t.test("a client that the action ban-client names is 400, in its words", async (t) => {
  const actions = join(place.demoConfig, "actions");
  mkdirSync(actions, { mode: 0o700 });
  copyFileSync(join(root, "config/actions/examples/ban-client.ts"), join(actions, "ban-client.ts"));
  const undo = await changeMap(place, "{ errors: auth0 }", '{ errors: auth0, metadata: { banned: "true" } }');
  const description = "Access to this application has been temporarily revoked";
  // It is read again on save, as the map is, but not by it.
  const isHeard = async () => {
    const run = await gifts();
    return run.exitCode === 1 && run;
  };
  t.strictSame(await until("the action is in force", isHeard), refused(400, "invalid_request", description));
  await undo();
});

await t.test("when nobody is there it says so, and ends with 1", async (t) => {
  t.equal(await worldmappers.stop(), 0);
  t.equal(await provider.stop(), 0);
  const { exitCode, stdout } = await gifts();
  t.equal(exitCode, 1);
  const origin = `http://localhost:${place.port(8000)}`;
  t.equal(stdout, `${opening}error: ${origin} did not answer (ECONNREFUSED); start it: pnpm demo worldmappers\n`);
});
