import t from "tap";
import { CST, Lexer } from "yaml";
import { createProblemList } from "../src/problem.ts";
import { createTokens } from "../src/yaml-tokens.ts";
import { fullMap } from "./full-map.ts";
import { mutations } from "./mutations.ts";

/** All tokens of a text, each as `line:column text`, the first ones of their lines marked. */
function tokensOf(text: string): readonly string[] {
  const tokens = createTokens(text, createProblemList());
  const found: string[] = [];
  for (let token = tokens.next(); token.kind !== "end"; token = tokens.next()) {
    found.push(`${token.line}:${token.column}${token.first ? " first" : ""} ${token.text}`);
  }
  return found;
}

/** The same, as the lexer of `yaml` alone gives them. */
function lexedTokensOf(text: string): readonly string[] {
  const found: string[] = [];
  let offset = 0;
  let lastLine = 0;
  let announced: "scalar" | "block-text" | undefined;
  let isHeaded = false;
  for (const lexeme of new Lexer().lex(text)) {
    const kind = announced ?? CST.tokenType(lexeme);
    announced = undefined;
    if (lexeme === CST.SCALAR) announced = isHeaded ? "block-text" : "scalar";
    if (lexeme === CST.SCALAR || lexeme === CST.DOCUMENT) continue;
    isHeaded = kind === "block-scalar-header" || (isHeaded && kind !== "block-text");
    const lines = text.slice(0, offset).split("\n");
    const shown = kind === "flow-error-end" ? "" : lexeme;
    offset += shown.length;
    if (kind === "block-text") lastLine = 0;
    if (kind === "block-text" || kind === "space" || kind === "newline" || kind === "comment") continue;
    const first = lines.length > lastLine ? " first" : "";
    if (kind !== "flow-error-end") lastLine = lines.length + shown.split("\n").length - 1;
    found.push(`${lines.length}:${(lines.at(-1) ?? "").length + 1}${first} ${shown}`);
  }
  return found;
}

/** Behind a bracket too many, a bracket that is still open where a plain line begins too far left. */
const strayBracket = "a: ]\nb: [\nc: d\n]\ne: [f]\n...\n";

t.test("tokens and their places are those of the lexer of yaml, whatever the lines look like", async (t) => {
  for (const text of [fullMap, strayBracket, ...mutations(600)]) {
    const [found, wanted] = [tokensOf(text), lexedTokensOf(text)];
    if (found.join("\n") !== wanted.join("\n")) t.strictSame(found, wanted, text);
  }
});
