/**
 * The text of a finite `value` as `Double.toString` of Java 19 and later writes it: the shortest digits that read back as
 * the same number, at least two of them, with an exponent outside 0.001 to 10,000,000. Infinity and NaN are not handled.
 */
export function writeDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const sign = value < 0 ? "-" : "";
  const { digits, exponent } = split(Math.abs(value));
  return sign + (exponent >= -3 && exponent < 7 ? plain(digits, exponent) : scientific(digits, exponent));
}

/** `value` as d.ddd x 10^exponent, the point left out of `digits`. */
function split(value: number): { digits: string; exponent: number } {
  const shortest = value.toExponential();
  // Where one digit would do, Java picks the closest number of two digits: 4.9E-324 where JavaScript says 5e-324.
  const text = /^\de/.test(shortest) ? value.toExponential(1) : shortest;
  const [mantissa = "", exponent = ""] = text.split("e");
  return { digits: mantissa.replace(".", "").replace(/0+$/, "").padEnd(2, "0"), exponent: Number(exponent) };
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits.replace(/0$/, "")}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${whole}.${digits.slice(exponent + 1) || "0"}`;
}

const scientific = (digits: string, exponent: number): string => `${digits[0]}.${digits.slice(1)}E${exponent}`;
