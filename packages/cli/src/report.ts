import { escapeDeceptive } from "@meshpass/protocol";

/** What a command has to say. */
export interface Report {
  /** Safe to print: nothing in them that a terminal obeys, but what `Paint` put there. */
  readonly lines: readonly string[];
  readonly exitCode: number;
  /** The command could not do what was asked of it: `lines` belong on standard error. */
  readonly isError?: true;
}

/** `json` is one object on one line, for programs. */
export type OutputFormat = "text" | "json";

/** Marks a text by its meaning, with a colour where there is one, else not at all. */
export type Paint = (meaning: "good" | "bad" | "place", text: string) => string;

/** A map as a command gets it: its bytes, and the name of the file for people. */
export interface MapSource {
  readonly bytes: Uint8Array;
  readonly file: string;
}

/** That a command was given what it cannot work on. */
export const usageError = (line: string): Report => ({ lines: [line], exitCode: 2, isError: true });

/** The one line that a command prints as JSON. */
export const jsonLine = (value: unknown): string => escapeDeceptive(JSON.stringify(value));
