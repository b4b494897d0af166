/** What `questions` give, in their order; `atOnce` of them are under way at a time. */
export async function askAll<T>(questions: readonly (() => Promise<T>)[], atOnce: number): Promise<T[]> {
  const answers: T[] = [];
  const rest = questions.entries();
  const askRest = async (): Promise<void> => {
    for (const [at, question] of rest) answers[at] = await question();
  };
  await Promise.all(Array.from({ length: atOnce }, askRest));
  return answers;
}
