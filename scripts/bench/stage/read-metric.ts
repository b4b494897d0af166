/** What `pattern` finds in the metrics that are shown on `port` of this machine; undefined where it finds nothing. */
export async function readMetric(port: number, pattern: RegExp): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return pattern.exec(await answer.text())?.[1];
}
