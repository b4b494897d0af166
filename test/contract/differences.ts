/** One recorded behaviour that the embedded core does not copy. */
export interface Difference {
  /** As in the table of the package's README. */
  readonly reason: string;
  /** What it answers instead: the parts that differ. */
  readonly ours: { readonly reply: { readonly status: number; readonly body: string }; readonly jwt?: object };
}

const invalidJson = { reply: { status: 400, body: "Invalid Json Input\n" } };
const strictJson = "JSON is read by RFC 8259, which has no such value";

/** Every deliberate difference, by the name of its recording. The README's table says the same. */
export const differences = new Map<string, Difference>([
  [
    "TRACE jwks",
    {
      reason:
        "the real answer is a page of its web server, with name and version; ours is that of any other wrong method",
      ours: { reply: { status: 405, body: "Method not supported\n" } },
    },
  ],
  ["POST /recipe/jwt validity NaN", { reason: strictJson, ours: invalidJson }],
  ["POST /recipe/jwt validity Infinity", { reason: strictJson, ours: invalidJson }],
  [
    'POST /recipe/jwt payload {"a":1,"a":2}',
    { reason: "two readers of one text could disagree about what a repeated name means", ours: invalidJson },
  ],
  [
    'POST /recipe/jwt payload {"a":1.5,"b":0.1,"c":1.0,"d":-0.0,"e":1e21,"f":1e-7,"g":123456789.123456789,"h":1E3,"i":1.7976931348623157e308,"j":5e-324,"k":1e400,"l":0.001,"m":0.0001,"n":9999999.5,"o":10000000.5,"p":100,"q":1e2,"r":3.0e0,"s":1e23,"t":2e-3,"u":9007199254740993.0,"v":0.30000000000000004,"w":2.2250738585072014E-308}',
    {
      reason:
        "Java before 19 wrote 1e23 as 9.999999999999999E22; ours writes the same number as Java 19 and later do, 1.0E23",
      ours: {
        reply: { status: 200, body: '{"status":"OK","jwt":"<jwt>"}\n' },
        jwt: {
          payloadJson: /"q":100\.0,"r":3\.0,"s":1\.0E23,"t":0\.002,"u":9\.007199254740992E15,"v":0\.30000000000000004,/,
        },
      },
    },
  ],
]);
