/** A place in a JSON text (RFC 8259) that moves forward over what is taken. */
export interface JsonCursor {
  /** Whether nothing but space is left. */
  isAtEnd(): boolean;
  /** The next character; undefined at the end. */
  peek(): string | undefined;
  /** Steps over what the sticky `pattern` matches here, and gives it; nothing is the empty text. */
  take(pattern: RegExp): string;
  /** Steps over `mark` and the space around it, if it is next. */
  skip(mark: string): boolean;
  /** An error that tells what is wrong and how far the cursor is, and holds nothing of the text. */
  error(problem: string): SyntaxError;
}

const space = /[ \t\n\r]*/y;

/** A cursor at the start of `text`. */
export function createJsonCursor(text: string): JsonCursor {
  let at = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  }

  return {
    isAtEnd: () => {
      take(space);
      return at === text.length;
    },
    peek: () => text[at],
    take,
    skip: (mark) => {
      take(space);
      if (text[at] !== mark) return false;
      at += 1;
      take(space);
      return true;
    },
    error: (problem) => new SyntaxError(`${problem} at ${at}`),
  };
}
