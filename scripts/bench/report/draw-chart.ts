import { holds, type Row } from "../measure/row.ts";
import { boundOf, short } from "./render-table.ts";
import type { Occasion } from "./write-json.ts";

const width = 860;
const nameWidth = 270;
const barWidth = 330;
const lineHeight = 26;
const barHeight = 14;
const top = 64;
/** A bar is as long as its bound is exceeded, up to here; the bound itself lies at the same place in every row. */
const longest = 2.5;
const boundAt = nameWidth + barWidth / longest;

/** Colours that can be read on a light page and on a dark one. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .quiet { fill: #59636e; font-size: 12px }
  .good { fill: #1a7f37 } .short { fill: #cf222e }
  .bound { stroke: #59636e; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .good { fill: #3fb950 } .short { fill: #f85149 } .bound { stroke: #9198a1 }
  }`;

/** The rows as horizontal bars in an SVG image: each against its bound, which is the dashed line. */
export function drawChart({ machine, date, commit }: Occasion, rows: readonly Row[]): string {
  const bounded = rows.filter((row) => relative(row) !== undefined);
  const height = top + bounded.length * lineHeight + 24;
  const title = "How far each bound is kept: a bar that reaches the dashed line keeps it";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<style>${style}\n</style>`,
    `<text x="8" y="22">${escapeText(title)}</text>`,
    `<text x="8" y="42" class="quiet">${escapeText(`${machine}; ${date.slice(0, 10)}, ${commit}`)}</text>`,
    ...bounded.map((row, at) => drawRow(row, top + at * lineHeight)),
    `<line class="bound" x1="${boundAt}" x2="${boundAt}" y1="${top - 8}" y2="${height - 20}"/>`,
    "</svg>\n",
  ].join("\n");
}

function drawRow(row: Row, y: number): string {
  const reached = Math.min(relative(row) ?? 0, longest);
  const length = Math.max(2, (reached / longest) * barWidth);
  const value = row.atLeast === undefined ? `${short(row.ours)} ${row.unit}` : `${short(row.ratio)} x`;
  const baseline = y + barHeight - 2;
  return [
    `<text x="8" y="${baseline}">${escapeText(row.name)}</text>`,
    `<rect class="${holds(row) ? "good" : "short"}" x="${nameWidth}" y="${y}" width="${round(length)}" height="${barHeight}" rx="2"/>`,
    `<text x="${nameWidth + barWidth + 12}" y="${baseline}">${escapeText(value)}</text>`,
    `<text x="${width - 8}" y="${baseline}" text-anchor="end" class="quiet">${escapeText(boundOf(row))}</text>`,
  ].join("\n");
}

/** How much of its bound a row reaches: 1 is just enough. Undefined where there is no bound. */
function relative({ ratio, ours, atLeast, atMost }: Row): number | undefined {
  if (atLeast !== undefined) return ratio / atLeast;
  return atMost === undefined ? undefined : atMost / ours;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escapeText = (text: string): string =>
  text.replace(/[&<>]/g, (character) => (character === "&" ? "&amp;" : character === "<" ? "&lt;" : "&gt;"));
