/** Resolves once `holds`; for work that is done in threads, which no fake time moves. */
export async function until(holds: () => boolean, what = "what the test waits for"): Promise<void> {
  const deadline = Date.now() + 3_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
