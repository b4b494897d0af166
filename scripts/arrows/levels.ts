/** One package's place: what it may import, and why no more. */
export interface Level {
  readonly level: 0 | 1 | 2;
  readonly package: string;
  /** Of ours, by folder name. */
  readonly mayImport: readonly string[];
  /** Of everybody else's: node's builtins, npm libraries, or both. */
  readonly outside: "anything" | "builtins" | "libraries";
  /** Sources whose work it is to import what they are told, by a name that stands nowhere. */
  readonly loaders?: readonly string[];
  readonly because: string;
}

/**
 * Who may import whom. A package imports only from lower levels, and nothing imports level 2. A package that is not
 * here may not exist: adding one means saying what it may import, and why.
 */
export const levels: readonly Level[] = [
  {
    level: 0,
    package: "protocol",
    mayImport: [],
    outside: "libraries",
    because: "an import here is an import everywhere",
  },
  {
    level: 0,
    package: "embedded-core",
    mayImport: [],
    outside: "builtins",
    because: "it is replaceable by the real core",
  },
  {
    level: 1,
    package: "policy",
    mayImport: ["protocol"],
    outside: "libraries",
    because: "it is pure: it must run in CI and in an editor with no server",
  },
  {
    level: 1,
    package: "verifier",
    mayImport: ["protocol"],
    outside: "anything",
    because: "receivers carry no policy",
  },
  {
    level: 1,
    package: "client",
    mayImport: ["protocol"],
    outside: "anything",
    because: "callers verify nothing and carry no web framework",
  },
  {
    level: 1,
    package: "actions",
    mayImport: ["protocol"],
    outside: "builtins",
    loaders: ["src/runner/main.ts"],
    because: "the command line tries actions without a server",
  },
  {
    level: 1,
    package: "http-server",
    mayImport: ["protocol"],
    outside: "anything",
    because: "every server of ours has the same limits, the same error exit, the same health and metrics",
  },
  {
    level: 2,
    package: "auth-server",
    mayImport: ["protocol", "policy", "verifier", "actions", "http-server"],
    outside: "anything",
    because: "it reaches the core by HTTP only",
  },
  {
    level: 2,
    package: "microservice",
    mayImport: ["protocol", "verifier", "client", "http-server"],
    outside: "anything",
    because: "it never knows the map: the server decides",
  },
  {
    level: 2,
    package: "cli",
    mayImport: ["protocol", "policy", "verifier", "client", "actions"],
    outside: "anything",
    because: "it starts no process that holds keys",
  },
];
