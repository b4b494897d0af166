import type { CST } from "yaml";
import type { Place } from "./problem.ts";

/** One lexeme that matters: no white space, no comment. `first` says that it is the first of its line. */
export interface Token extends Place {
  readonly kind: CST.TokenType | "end" | "unknown";
  readonly text: string;
  readonly first: boolean;
}

/** Whether the document is over at `token`. */
export const isEnd = ({ kind }: Token): boolean => kind === "end" || kind === "doc-end" || kind === "doc-start";
