import {
  type ActionEvent,
  type ActionLog,
  type ActionsDenial,
  ActionsError,
  type ActionsGrant,
  type ActionsOutcome,
} from "@meshpass/actions";
import { escapeDeceptive } from "@meshpass/protocol";
import { describeBadName } from "../describe-bad-name.ts";
import { describeReadFailure } from "../read-failure.ts";
import { jsonLine, type OutputFormat, type Paint, type Report, usageError } from "../report.ts";
import type { OpenActions } from "./open-actions.ts";

/** What `meshpass actions test` works on. */
export interface TestActionsInput {
  /** A folder of actions, or a file with one. */
  readonly path: string;
  readonly caller: string;
  readonly target: string;
  readonly scopes: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly format: OutputFormat;
  readonly paint: Paint;
  readonly open: OpenActions;
}

interface Tried {
  readonly actions: readonly string[];
  readonly outcome: ActionsOutcome;
  readonly log: readonly ActionLog[];
}

const exitCodes = { allowed: 0, denied: 1, error: 2 } as const;

/**
 * What the actions at `path` say to one request for a token, made up from the rest, in the process in which the auth
 * server would run them. The exit code is 0 for allowed, 1 for denied, and 2 where a token would be refused with an error.
 *
 * Knows nothing of the map, and asks no server: neither the edge nor its scopes need to exist.
 */
export async function testActions(input: TestActionsInput): Promise<Report> {
  for (const name of [input.caller, input.target]) {
    const problem = describeBadName(name);
    if (problem !== undefined) return usageError(problem);
  }
  try {
    const tried = await tryActions(input);
    if (tried === undefined) return refuse(input, `there are no actions in ${escapeDeceptive(input.path)} itself`);
    return input.format === "json" ? reportJson(input, tried) : reportText(input, tried);
  } catch (error) {
    if (error instanceof ActionsError) return refuse(input, error.message);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refuse(input, `cannot read ${escapeDeceptive(input.path)}: ${describeReadFailure(code)}`);
  }
}

async function tryActions(input: TestActionsInput): Promise<Tried | undefined> {
  const log: ActionLog[] = [];
  const actions = await input.open(input.path, (line) => log.push(line));
  try {
    if (actions.isEmpty()) return undefined;
    return { actions: actions.status().actions, outcome: await actions.run(eventOf(input)), log };
  } finally {
    await actions.close();
  }
}

const eventOf = ({ caller, target, scopes, metadata }: TestActionsInput): ActionEvent => ({
  client: { client_id: caller, name: caller, metadata: Object.fromEntries(metadata) },
  resource_server: { identifier: target, name: target },
  request: {
    ip: "127.0.0.1",
    method: "POST",
    body: { grant_type: "client_credentials", audience: target, ...(scopes.length > 0 && { scope: scopes.join(" ") }) },
  },
  accessToken: { scope: scopes, customClaims: {} },
  transaction: { requested_scopes: scopes },
});

function refuse({ format }: TestActionsInput, line: string): Report {
  if (format === "text") return { lines: [line], exitCode: exitCodes.error, isError: true };
  return { lines: [jsonLine({ error: line })], exitCode: exitCodes.error };
}

const exitCodeOf = (outcome: ActionsOutcome): number => ("denied" in outcome ? exitCodes.denied : exitCodes.allowed);

function reportJson({ caller, target }: TestActionsInput, { actions, outcome, log }: Tried): Report {
  const allowed = !("denied" in outcome);
  const said = "denied" in outcome ? outcome.denied : outcome;
  return { lines: [jsonLine({ caller, target, actions, allowed, ...said, log })], exitCode: exitCodeOf(outcome) };
}

function reportText({ caller, target, paint }: TestActionsInput, { actions, outcome, log }: Tried): Report {
  const pair = `${caller} => ${target}`;
  const lines =
    "denied" in outcome
      ? [`${paint("bad", "Denied")}  ${pair}: ${describeDenial(outcome.denied)}`]
      : [`${paint("good", "Allowed")}  ${pair}: ${actions.join(", ")}`, ...describeClaims(outcome)];
  return {
    lines: [...lines, ...log.map(({ action, text }) => `  ${action} says: ${text}`)],
    exitCode: exitCodeOf(outcome),
  };
}

const describeDenial = ({ action, code, reason }: ActionsDenial["denied"]): string =>
  `${action} answers ${code}: ${reason}`;

const describeClaims = ({ claims, warnings }: ActionsGrant): string[] => [
  ...Object.entries(claims).map(([name, value]) => `  ${name}: ${jsonLine(value)}`),
  ...warnings.map(({ message }) => `  ${message}`),
];
