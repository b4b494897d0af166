import { type Answer, readObject } from "./send.ts";

/** What the consumer holds when a step begins. */
export interface Tokens {
  /** With scope read. */
  readonly read: string;
  /** With the scopes that are asked for to write. */
  readonly write: string;
}

/** One request of the consumer, and what must come of it. */
export interface Step {
  readonly method: "get" | "post";
  readonly path: string;
  readonly label: string;
  /** Whether a token to write with has to be there by then. */
  readonly isWrite?: true;
  readonly init: (tokens: Tokens) => RequestInit;
  readonly status: number;
  /** What is wrong with a body, if something is. */
  readonly problem: (answer: Answer) => string | undefined;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const write = (token: string): RequestInit => ({
  method: "POST",
  headers: { ...bearer(token), "content-type": "application/json" },
  body: JSON.stringify({ value: "foo-bar-moo" }),
});

const bodyIs =
  (...texts: readonly string[]) =>
  ({ text }: Answer) =>
    texts.includes(text) ? undefined : `a body other than ${texts.join(" or ") || "none"}`;

const errorIs = (code: string) => (answer: Answer) =>
  readObject(answer.text).error === code && answer.headers.has("www-authenticate")
    ? undefined
    : `no ${code} with a challenge`;

/** 64 hex digits, for scope read, and nothing more that a client could keep. */
function isNoToken({ text, headers }: Answer): string | undefined {
  const { access_token, token_type, expires_in, scope, ...others } = readObject(text);
  const isToken = typeof access_token === "string" && /^[0-9a-f]{64}$/.test(access_token);
  const isRest = token_type === "Bearer" && scope === "read" && Number.isSafeInteger(expires_in);
  const mayBeStored = !/no-store/.test(headers.get("cache-control") ?? "");
  return isToken && isRest && !mayBeStored && Object.keys(others).length === 0
    ? undefined
    : "no token of 64 hex digits";
}

/** A request for a token with `scope`, as the client `id`. */
export const tokenRequest = (id: string, secret: string, scope: string): RequestInit => ({
  method: "POST",
  headers: {
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`,
    "cache-control": "no-cache",
  },
  body: new URLSearchParams({ grant_type: "client_credentials", scope }),
});

/** The eight requests of client `id`, in order. The fourth brings the token that those after it show. */
export const consumerSteps = (id: string, secret: string): readonly Step[] => [
  { ...get("/public", "public"), init: () => ({}), status: 200, problem: bodyIs("moo") },
  { ...get("/read-resource", "not authenticated"), init: () => ({}), status: 401, problem: bodyIs("") },
  {
    ...post("/token", "bad credentials"),
    init: () => tokenRequest(id, "no-such-secret", "read"),
    status: 401,
    problem: errorIs("invalid_client"),
  },
  {
    ...post("/token", "valid credentials"),
    init: () => tokenRequest(id, secret, "read"),
    status: 200,
    problem: isNoToken,
  },
  {
    ...get("/read-resource", "authenticated, resource is not yet defined"),
    init: ({ read }) => ({ headers: bearer(read) }),
    status: 200,
    problem: bodyIs('{"resource":null}', '{"resource":"foo-bar-moo"}'),
  },
  {
    ...post("/write-resource", "authentication failed"),
    init: () => write("no-such-token"),
    status: 401,
    problem: errorIs("invalid_token"),
  },
  {
    // The words of the reference, though the token is good.
    ...post("/write-resource", "Invalid token"),
    isWrite: true,
    init: (tokens) => write(tokens.write),
    status: 200,
    problem: bodyIs('{"message":"resource created"}'),
  },
  {
    ...get("/read-resource", "authenticated, resource is now"),
    init: ({ read }) => ({ headers: bearer(read) }),
    status: 200,
    problem: bodyIs('{"resource":"foo-bar-moo"}'),
  },
];

function get(path: string, label: string) {
  return { method: "get", path, label } as const;
}

function post(path: string, label: string) {
  return { method: "post", path, label } as const;
}
