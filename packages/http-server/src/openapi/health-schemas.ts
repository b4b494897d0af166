import { listOf, matching, objectOf, oneOf } from "./json-schema.ts";
import { json, type Operation } from "./operation.ts";

/** `GET /livez`. */
export const livezSchema: Operation = {
  summary: "Whether the process is alive",
  response: { 200: { description: "It is", ...json(objectOf<{ status: "alive" }>({ status: oneOf("alive") })) } },
};

const readinessBody = (status: "ready" | "not_ready") =>
  json(
    objectOf<{ status: string; codes: readonly string[] }>({
      status: oneOf(status),
      codes: listOf(matching(/^[a-z_]+$/)),
    }),
  );

/** `GET /readyz`. */
export const readyzSchema: Operation = {
  summary: "Whether it can do its work",
  response: {
    200: { description: "It can; `codes` name what is wrong all the same", ...readinessBody("ready") },
    503: { description: "It cannot; `codes` name what is missing", ...readinessBody("not_ready") },
  },
};
