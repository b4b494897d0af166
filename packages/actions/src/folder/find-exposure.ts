/** Who owns a file or a folder, and who may do what with it. */
export interface Ownership {
  readonly uid: number;
  readonly mode: number;
}

const writableByOthers = 0o022;
/** Of a folder for everybody, such as /tmp, in which each may remove only what is their own. */
const sticky = 0o1000;

/**
 * How others than this user and root could change what stands at `path`, with the remedy, in one line; undefined where
 * they cannot. `ownUid` is undefined where there are no such numbers, as on Windows; then nothing is found.
 *
 * Does not look at the folders above, nor at access lists.
 */
export function findExposure(path: string, { uid, mode }: Ownership, ownUid: number | undefined): string | undefined {
  if (ownUid === undefined) return undefined;
  if (uid !== 0 && uid !== ownUid) return `${path} is owned by another user (${uid}): chown it to root or to yourself`;
  if ((mode & writableByOthers) === 0) return undefined;
  const remedy = (mode & sticky) === 0 ? "chmod go-w it" : "put the actions into a folder of your own";
  return `others may write ${path}: ${remedy}`;
}
