// Control characters, line separators, direction marks and lone surrogates: they can make a terminal or an editor lie.
const deceptive = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd-\uffff]/gu;

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** `text` as it may stand in one line of a log: at most `most` characters of it, nothing in it that a terminal obeys. */
export function printable(text: string, most = 200): string {
  const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return shown.replace(deceptive, (character) => character.split("").map(escapeUnit).join("")).slice(0, most);
}
