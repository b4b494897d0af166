import { Refusal } from "./refusal.ts";

/** The versions of the Core Driver Interface that core 11.4.7 answers to, in the order in which it lists them here. */
export const cdiVersions = [
  ...["2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "2.17", "2.18", "2.19", "2.20", "2.21"],
  ...["2.7", "2.8", "2.9", "3.0", "3.1", "4.0", "5.0", "5.1", "5.2", "5.3", "5.4"],
];

const newest = "5.4";

const partByPart = new Intl.Collator("en", { numeric: true });

/** Whether version `a` is before version `b`, part by part as numbers: 2.9 is before 2.10. */
export function isBefore(a: string, b: string): boolean {
  return partByPart.compare(a, b) < 0;
}

/**
 * The version that a request speaks: its `cdi-version` header, trimmed, or the newest.
 *
 * @param needed false where a path answers to every version but those still to come.
 * @throws Refusal 500 if the header is no version (the real core's own slip), 400 if it is one that is not spoken here.
 */
export function readCdiVersion(header: string | undefined, needed: boolean): string {
  if (header === undefined) return newest;
  const version = header.trim();
  if (!/^[0-9]{1,9}(\.[0-9]{1,9}){0,9}$/.test(version)) {
    throw new Refusal(500, "java.lang.IllegalArgumentException: Invalid version format");
  }
  const spoken = needed ? cdiVersions.includes(version) : !isBefore(newest, version);
  if (!spoken) throw new Refusal(400, `cdi-version ${version} not supported`);
  return version;
}
