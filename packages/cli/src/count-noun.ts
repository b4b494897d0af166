/** `1 receiver`, `2 receivers`. */
export const countNoun = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
