/** How far a text is read. Lines count from 1. */
export interface Cursor {
  offset: number;
  line: number;
  lineStart: number;
  /** A line at or before `line` that can be read without the ones before it. */
  freshLine: number;
  freshStart: number;
}
