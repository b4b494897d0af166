/** The commands of a `console` block, each with what it must print. */
export const readCommands = (text: string): { command: string; output: string }[] =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((each) => {
      const [command = "", ...output] = each.split("\n");
      return { command, output: output.join("\n") };
    });
