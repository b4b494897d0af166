import type { DocumentedOperation } from "./documented-operation.ts";
import type { DrivenRequest, Driver, Expected } from "./driven-request.ts";

/** The part of a request that its body makes up. */
export type Body = Pick<DrivenRequest, "headers" | "payload" | "expected">;

type Fields = Readonly<Record<string, unknown>>;

const form = "application/x-www-form-urlencoded";

const body = (type: string, payload: string, expected: Expected): Body => ({
  headers: type === "" ? {} : { "content-type": type },
  payload,
  expected,
});

/** Good and bad bodies of an operation, of each of its media types; the first one is good. */
export function bodiesOf({ check, values }: Driver, { requestBody }: DocumentedOperation): readonly [Body, ...Body[]] {
  const bodies = Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) => {
    const good = values.good(schema);
    const wrong = values.doubtful(schema).filter((value) => type !== form || isForm(value));
    return [
      ...good.map((value) => body(type, write(type, value), showsClient(value) ? "any" : "good")),
      ...wrong.map((value) => body(type, write(type, value), check(schema, value) === undefined ? "any" : "refused")),
      ...malformedBodies(type, good[0] as Fields),
    ];
  });
  const [first, ...others] = bodies;
  return first === undefined ? [{ headers: {}, expected: "good" }, ...strayBodies] : [first, ...others];
}

/** Where none is expected. */
const strayBodies = [
  body("text/plain", "a", "any"),
  body("application/json", "{}", "any"),
  body("application/json", "{", "any"),
  body("application/json", JSON.stringify("a".repeat(20_000)), "any"),
];

const isForm = (value: unknown): value is Record<string, string> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === "string");

function write(type: string, value: unknown): string {
  const written = JSON.stringify(value);
  return type === form ? new URLSearchParams(JSON.parse(written)).toString() : written;
}

/** Beside the header that all of them have, whatever it says of the client is a second proof (RFC 6749 section 2.3). */
const showsClient = (value: Fields): boolean => Object.keys(value).some((name) => name.startsWith("client_"));

/** What no schema can say of a body: that it is one, of its type, each field once, and not too long. */
function malformedBodies(type: string, good: Fields): Body[] {
  const text = write(type, good);
  const add = (name: string, value: unknown): string =>
    type === form
      ? `${text}&${new URLSearchParams({ [name]: String(value) })}`
      : `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
  const [[name, value] = ["", ""]] = Object.entries(good);
  const texts = [
    "",
    type === form ? `${text}&a=%zz` : text.slice(0, -1),
    add(name, value),
    add("another", "a".repeat(20_000)),
  ];
  const types = ["", "text/plain", "application/xml", "multipart/form-data; boundary=a"];
  // A form is in UTF-8 whatever its type says besides (WHATWG URL section 5).
  if (type !== form) types.push(`${type}; charset=utf-16`);
  return [
    ...texts.map((malformed) => body(type, malformed, "refused")),
    ...types.map((other) => body(other, text, "refused")),
  ];
}
