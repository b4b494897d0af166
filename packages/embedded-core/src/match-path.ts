/** A path of the core, taken apart: `[base path][/appid-<app>][/<tenant>]<endpoint>`. All in lower case. */
export interface MatchedPath {
  /** One of the endpoints asked for, or undefined where there is none. */
  readonly endpoint: string | undefined;
  /** `public` is the only app that there is. */
  readonly app: string;
  /** `public` stands for none. */
  readonly tenant: string;
}

const unknown: MatchedPath = { endpoint: undefined, app: "public", tenant: "public" };

/** Words that begin a path of the core and so are no tenants. */
const prefix = /^(?:\/appid-(?<app>[a-z0-9-]*))?(?:\/(?!(?:recipe|config|users|hello)$)(?<tenant>[a-z0-9-]+))?$/;

/**
 * Makes the function that finds the endpoint of a request's target. Case, the query and one slash at the end do not count;
 * app and tenant may precede every endpoint but `/`.
 *
 * @param basePath what all paths begin with: empty, or `/` and more.
 * @param endpoints their paths, in lower case.
 */
export function createPathMatcher(basePath: string, endpoints: Iterable<string>): (target: string) => MatchedPath {
  const base = basePath.toLowerCase().replace(/\/$/, "");
  // The longest first, so that none is taken for the tail of another.
  const known = [...endpoints].filter((path) => path !== "/").sort((a, b) => b.length - a.length);
  return (target) => {
    const path = (target.split("?", 1)[0] ?? "").toLowerCase();
    if (!path.startsWith(`${base}/`)) return unknown;
    const rest = path.slice(base.length);
    if (rest === "/") return { ...unknown, endpoint: "/" };
    return matchTail(rest.replace(/\/$/, ""), known);
  };
}

function matchTail(path: string, known: readonly string[]): MatchedPath {
  for (const endpoint of known) {
    if (!path.endsWith(endpoint)) continue;
    const groups = prefix.exec(path.slice(0, path.length - endpoint.length))?.groups;
    if (groups !== undefined) return { endpoint, app: groups.app || "public", tenant: groups.tenant ?? "public" };
  }
  return unknown;
}
