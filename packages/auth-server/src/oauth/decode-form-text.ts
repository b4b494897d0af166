/** One name or value of a form as it was meant; undefined if it is not UTF-8 in percent-encoding. */
export function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
