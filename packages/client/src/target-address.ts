/** Where a request goes. */
export interface Address {
  /** As it was configured. */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
}

/** In characters: of a path of millions an expression runs out of stack. */
const longestPlain = 2_048;
/** A path that stays as it is when a URL is made of it: nothing to encode, no query, and no part that begins with a dot. */
const plain = /^\/$|^(\/[\w~!$&'()*+,;=:@-][\w.~!$&'()*+,;=:@-]*)+\/?$/;

/**
 * The address of `path` at `origin`, which is where a token may go and nowhere else.
 *
 * @throws TypeError unless `path` begins with exactly one `/`, holds no backslash, no control character and no `#`,
 *   and the URL built from it has `origin`'s origin.
 */
export function targetAddress({ origin }: URL, path: string): Address {
  // Most are, and to make a URL takes longer than all else here.
  return typeof path === "string" && path.length <= longestPlain && plain.test(path)
    ? { origin, path }
    : resolve(origin, path);
}

function resolve(origin: string, path: string): Address {
  if (typeof path !== "string" || !/^\/(?!\/)[^\\#\p{Cc}]*$/u.test(path))
    throw new TypeError("path must begin with exactly one / and hold no backslash, # or control character");
  const url = new URL(path, origin);
  // "/.//x" begins with one slash only until it is resolved.
  if (url.origin !== origin || url.pathname.startsWith("//"))
    throw new TypeError("path must stay at the target's origin");
  return { origin, path: url.pathname + url.search };
}
