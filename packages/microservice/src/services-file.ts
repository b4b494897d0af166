import { checkTransport, isServiceName, shiftLoopbackPort } from "@meshpass/protocol";
import { isMap, LineCounter, parseDocument } from "yaml";
import { offsetOf, type Report, readFields, readText } from "./yaml-fields.ts";

/** Where a service is. */
export interface Service {
  /** The origin, such as `http://localhost:8002`, its port moved already. */
  readonly url: string;
  /** `aud` of the tokens for it, where the map gives it another than its name. */
  readonly audience?: string;
}

/** One thing that is wrong with the file: where (from 1), what, and what to write. */
export interface ServicesProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface ServicesFileOptions {
  /** Added to the port of every address on this machine; 0 by default. */
  readonly portOffset?: number;
  /** Accept `http:` to other machines; false by default. */
  readonly allowHttp?: boolean;
}

export type ServicesFile =
  | { readonly services: ReadonlyMap<string, Service>; readonly problems?: never }
  | { readonly problems: readonly ServicesProblem[]; readonly services?: never };

interface Reading {
  readonly report: Report;
  readonly options: ServicesFileOptions;
}

/** Reads `services.yaml`, `{name: {url, audience?}}`: every service by name, or everything that is wrong with the text. */
export function readServices(text: string, options: ServicesFileOptions = {}): ServicesFile {
  const lines = new LineCounter();
  // yaml's own check for repeated keys takes quadratic time; readFields makes it.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const problems: ServicesProblem[] = [];
  const reportAt = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    problems.push({ line, column: col, message });
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) reportAt(pos[0], message);
  if (problems.length > 0) return { problems };

  const report: Report = (node, message) => reportAt(offsetOf(node), message);
  const services = readAll(document.contents, { report, options });
  return problems.length > 0 ? { problems: problems.sort(byPlace) } : { services };
}

const byPlace = (a: ServicesProblem, b: ServicesProblem): number => a.line - b.line || a.column - b.column;

function readAll(contents: unknown, reading: Reading): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  const fields = readFields(contents, "the file", reading.report);
  if (fields.length === 0) reading.report(contents, "name at least one service and its url");
  for (const { key: name, keyNode, value } of fields) {
    if (!isServiceName(name)) reading.report(keyNode, `${JSON.stringify(name)} is no service name (a-z, 0-9 and -)`);
    else services.set(name, readService(name, value, reading));
  }
  return services;
}

function readService(name: string, node: unknown, reading: Reading): Service {
  const { report, options } = reading;
  // A url that is missing or refused is reported, and then what is returned is never used.
  const service = { url: "https://refused.invalid" } as { url: string; audience?: string };
  const fields = readFields(node, name, report);
  for (const { key, keyNode, value } of fields) {
    const text = readText(value);
    const problem = text === undefined ? "must be text" : checkField(key, text, options);
    if (key !== "url" && key !== "audience") report(keyNode, `${key} is no field of a service: write url or audience`);
    else if (problem !== undefined) report(value ?? keyNode, `${key} of ${name} ${problem}`);
    else service[key] = text as string;
  }
  if (isMap(node) && !fields.some(({ key }) => key === "url")) report(node, `${name} needs a url`);
  return { ...service, url: shiftLoopbackPort(service.url, options.portOffset ?? 0) };
}

/** An audience is compared with the one in the map by nobody: a wrong one refuses every token. */
const checkField = (key: string, text: string, options: ServicesFileOptions): string | undefined =>
  key === "url" ? checkUrl(text, options) : text === "" ? "must not be empty" : undefined;

function checkUrl(url: string, { allowHttp, portOffset = 0 }: ServicesFileOptions): string | undefined {
  const problem = checkTransport(url, allowHttp);
  if (problem !== undefined) return problem;
  const { pathname, search, port } = new URL(url);
  if (pathname !== "/" || search !== "") return "must be an origin, without a path";
  return Number(port) + portOffset > 65_535 ? "has no port left after MESHPASS_PORT_OFFSET" : undefined;
}
