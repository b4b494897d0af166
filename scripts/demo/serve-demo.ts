import { paths } from "@meshpass/protocol";
import { issuingProcesses, profileProcess } from "../mesh-processes.ts";
import { supervise } from "../supervise.ts";
import { DemoError } from "./demo-error.ts";
import { type DemoPlace, shown, urlOf } from "./demo-place.ts";
import { issueSecrets } from "./issue-credentials.ts";
import { send } from "./send.ts";

/**
 * Runs the service `name` until it is told to end, and below it core and auth server, unless an auth server answers
 * already; that one goes on when this ends. Resolves, with true, once the service is ready.
 *
 * @throws DemoError
 */
export async function serveDemo(place: DemoPlace, name: string): Promise<boolean> {
  urlOf(place, name);
  const isThere = await answers(place.authServer);
  if (!isThere && place.isNamed)
    throw new DemoError(`${place.authServer} does not answer; start it, or unset MESHPASS_AUTH_SERVER`);
  const { start, startAll, end } = supervise();
  const service = profileProcess(name, place.env);
  if (isThere) {
    const line = `using the auth server that answers at ${shown(place.authServer)}`;
    process.stderr.write(`${line}; to start another one set MESHPASS_PORT_OFFSET\n`);
    await start(service, Promise.resolve());
    return true;
  }
  const issued = startAll(issuingProcesses(place.env, place.portOffset, [...place.services.keys()]))
    .then(() => issueSecrets(place))
    .catch((error: unknown) => {
      process.stderr.write(`demo: ${error instanceof DemoError ? error.message : String(error)}\n`);
      end(1);
      // What waits for it must not go on.
      return new Promise<never>(() => undefined);
    });
  await start(service, issued);
  return true;
}

const answers = (authServer: string): Promise<boolean> =>
  send(new URL(paths.livez, authServer).href).then(
    ({ status }) => status === 200,
    () => false,
  );
