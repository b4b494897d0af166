/**
 * The URL of `path` at `origin`, which is where a token may go and nowhere else.
 *
 * @throws TypeError unless `path` begins with exactly one `/`, holds no backslash, no control character and no `#`,
 *   and the URL built from it has `origin`'s origin.
 */
export function targetUrl(origin: URL, path: string): URL {
  if (typeof path !== "string" || !/^\/(?!\/)[^\\#\p{Cc}]*$/u.test(path))
    throw new TypeError("path must begin with exactly one / and hold no backslash, # or control character");
  const url = new URL(path, origin);
  // "/.//x" begins with one slash only until it is resolved.
  if (url.origin !== origin.origin || url.pathname.startsWith("//"))
    throw new TypeError("path must stay at the target's origin");
  return url;
}
