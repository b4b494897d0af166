const maxShown = 40;
// Control characters, line separators, direction marks and lone surrogates: they can make a terminal or an editor lie.
const deceptive = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd-\uffff]/gu;

/** `text` with every character that could deceive whoever reads it written as `\u....`, as in JSON. */
export const escapeDeceptive = (text: string): string =>
  text.replace(deceptive, (character) => character.split("").map(escapeUnit).join(""));

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** `text` as it may stand in a message: in quotes, at most 40 characters of it, nothing in it that a terminal obeys. */
export const quote = (text: string): string =>
  `"${escapeDeceptive(text.length > maxShown ? `${text.slice(0, maxShown)}…` : text).replaceAll('"', '\\"')}"`;
