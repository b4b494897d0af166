import { paths, type Shape } from "@meshpass/protocol";
import { type OperatorClient, OperatorError } from "./operator-client.ts";

/** A call of the operator interface. */
export interface OperatorRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: object;
}

/**
 * What the operator interface answers to a `request` that changes nothing.
 *
 * @throws OperatorError, also for an answer that has another shape than `isAnswer` says
 */
export async function askOperator<T>(
  client: OperatorClient,
  { method, path, body }: OperatorRequest,
  isAnswer: Shape<T>,
): Promise<T> {
  const answer = await client.call(method, path, body);
  if (isAnswer(answer)) return answer;
  const remedy = "run the meshpass that came with the auth server";
  const line = `the operator interface answered something that is not understood here; ${remedy}`;
  throw new OperatorError(line, { mayBeDone: true });
}

/**
 * The same for a `request` that changes something: where that may be done although no answer says so, the error tells it.
 *
 * @throws OperatorError
 */
export async function changeByOperator<T>(
  client: OperatorClient,
  request: OperatorRequest,
  isAnswer: Shape<T>,
): Promise<T> {
  try {
    return await askOperator(client, request, isAnswer);
  } catch (error) {
    if (!(error instanceof OperatorError && error.mayBeDone)) throw error;
    const line = `${error.message}; it may have been made all the same: pnpm meshpass ${showerOf(request.path)}`;
    throw new OperatorError(line, error);
  }
}

/** The commands that show what was made, by the first part of the path; `status` shows the rest. */
const showers: ReadonlyMap<string, string> = new Map([
  [paths.credentials, "credentials list"],
  [paths.blocks, "blocks"],
  [paths.keys, "keys list"],
]);

const showerOf = (path: string): string => showers.get(path.replace(/(?<=.)[/?].*/, "")) ?? "status";
