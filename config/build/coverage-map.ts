/**
 * What is measured while a test file runs, as tap asks for it: everything while the tests of a package run. All others have
 * processes of their own at work, which are not measured, and measuring the test alone costs time for nothing.
 *
 * @param file path from the root of the workspace
 * @returns globs, of which none mean everything, or null for nothing
 */
export default function coverageMap(file: string): readonly string[] {
  return file.startsWith("test/packages/") ? [] : ["nothing"];
}
