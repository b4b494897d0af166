import type { PackedTexts } from "./compiled-map.ts";

/** Packs `texts`, numbered in their order. */
export function packTexts(texts: readonly string[]): PackedTexts {
  const encoder = new TextEncoder();
  const encoded = texts.map((text) => encoder.encode(text));
  const starts = new Int32Array(texts.length + 1);
  for (const [number, { length }] of encoded.entries()) starts[number + 1] = (starts[number] as number) + length;
  const bytes = new Uint8Array(starts.at(-1) as number);
  for (const [number, part] of encoded.entries()) bytes.set(part, starts[number]);
  return { bytes, starts };
}

const decoder = new TextDecoder();

/** Text `number` of `packed`. */
export const textAt = ({ bytes, starts }: PackedTexts, number: number): string =>
  decoder.decode(bytes.subarray(starts[number], starts[number + 1]));

/** The number of `text` among ascending ASCII texts, or -1. It allocates nothing, whatever `text` is. */
export function findText({ bytes, starts }: PackedTexts, text: string): number {
  let low = 0;
  let high = starts.length - 2;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compare(text, bytes, starts[middle] as number, starts[middle + 1] as number);
    if (order === 0) return middle;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return -1;
}

function compare(text: string, bytes: Uint8Array, start: number, end: number): number {
  const shorter = Math.min(text.length, end - start);
  for (let i = 0; i < shorter; i += 1) {
    const order = text.charCodeAt(i) - (bytes[start + i] as number);
    if (order !== 0) return order;
  }
  return text.length - (end - start);
}
