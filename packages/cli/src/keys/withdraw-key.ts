import { escapeDeceptive } from "@meshpass/policy";
import { isKid, paths } from "@meshpass/protocol";
import { hasFields, isNumber, isText, readAnswer } from "../answer-shape.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";
import { jsonLine, type OutputFormat, type Report, usageError } from "../report.ts";

interface Withdrawn {
  readonly withdrawn: string;
  readonly epoch: number;
  readonly number: number;
  readonly ends: string;
  readonly at: number;
  /** `dropped`, `not_supported_by_core` or `core_unavailable`. */
  readonly atCore: string;
}

const isWithdrawn = hasFields({
  withdrawn: isText,
  epoch: isNumber,
  number: isNumber,
  ends: isText,
  at: isNumber,
  atCore: isText,
});

/**
 * Ends every token of a key for good, and says what ends with it and what the core could not be made to do.
 *
 * @throws OperatorError, also for a kid that nobody knows
 */
export async function withdrawKey(kid: string, client: OperatorClient, format: OutputFormat): Promise<Report> {
  if (!isKid(kid)) return usageError(`${escapeDeceptive(kid)} is no kid; see keys list`);
  const done = readAnswer<Withdrawn>(await call(client, kid), isWithdrawn);
  if (format === "json") return { lines: [jsonLine(done)], exitCode: 0 };
  const lines = [
    `${kid} is withdrawn: every token that it signed is dead, and it is never published or trusted again`,
    `cut ${done.number} of the feed ends them at the receivers; pnpm meshpass status says how far each has read`,
    ...(kid.startsWith("s-") ? staticEnds : []),
    ...describeCore(kid, done.atCore),
  ];
  return { lines, exitCode: 0 };
}

async function call(client: OperatorClient, kid: string): Promise<unknown> {
  try {
    return await client.call("DELETE", `${paths.keys}/${kid}`);
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== "unknown_key") throw error;
    throw new OperatorError("no key with this kid is known; see keys list", error.code);
  }
}

const staticEnds = [
  "every credential is dead with it: issue each anew (pnpm meshpass credentials issue SERVICE); development ones are made by themselves",
];

function describeCore(kid: string, atCore: string): readonly string[] {
  if (atCore === "dropped") return ["the core has deleted it, and signs with another key"];
  const until = "nobody gets a token that it would sign";
  if (atCore === "core_unavailable") {
    return [
      `the core could not be reached to delete it: the auth server tries again every 10 s, and until then ${until}`,
    ];
  }
  const table = kid.startsWith("s-") ? "jwt_signing_keys" : "session_access_token_signing_keys";
  return [
    `this core has no interface to delete a key: as long as it signs with it, ${until}`,
    `delete its row from ${table} in the core's database, and restart the core`,
  ];
}
