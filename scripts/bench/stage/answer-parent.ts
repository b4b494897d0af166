/** Makes this process one that `askProcess` can ask: does `work` for each message, and ends with its parent. */
export function answerParent<Question>(work: (question: Question) => object): void {
  process.on("message", async (question: Question) => {
    try {
      process.send?.(await work(question));
    } catch (error) {
      process.send?.({ failure: (error as Error).message });
    }
  });
  process.on("disconnect", () => process.exit(0));
}
