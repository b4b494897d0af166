import { checkTransport, isServiceName, shiftLoopbackPort } from "@meshpass/protocol";
import { isMap, LineCounter, parseDocument } from "yaml";
import { offsetOf, type Report, readFields, readText } from "./yaml-fields.ts";

/** Where a service is, and its canonical audience where that is not its name. */
export interface Service {
  /** The origin, such as `http://localhost:8002`, its port moved already. */
  readonly url: string;
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
  /** The audiences of the services so far, and whose they are. */
  readonly owners: Map<string, string>;
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
  const services = readAll(document.contents, { report, options, owners: new Map() });
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

type Check = (text: string, name: string, reading: Reading) => string | undefined;

const checks: ReadonlyMap<string, Check> = new Map([
  ["url", checkUrl],
  ["audience", checkAudience],
]);

function readService(name: string, node: unknown, reading: Reading): Service {
  const { report, options } = reading;
  const texts = new Map<string, string>();
  const fields = readFields(node, name, report);
  for (const { key, keyNode, value } of fields) {
    const check = checks.get(key);
    const text = readText(value);
    const problem = text === undefined ? "must be text" : check?.(text, name, reading);
    if (check === undefined) report(keyNode, `${key} is no field of a service: write url or audience`);
    else if (problem !== undefined) report(value ?? keyNode, `${key} of ${name} ${problem}`);
    else texts.set(key, text as string);
  }
  if (isMap(node) && !fields.some(({ key }) => key === "url")) report(node, `${name} needs a url`);
  const audience = texts.get("audience");
  // A url that was refused is undefined here, and reported: what is returned for it is never used.
  const url = shiftLoopbackPort(texts.get("url") ?? "https://refused.invalid", options.portOffset ?? 0);
  return audience === undefined ? { url } : { url, audience };
}

function checkUrl(url: string, _name: string, { options }: Reading): string | undefined {
  const problem = checkTransport(url, options.allowHttp);
  if (problem !== undefined) return problem;
  const { pathname, search } = new URL(url);
  return pathname === "/" && search === "" ? undefined : "must be an origin, without a path";
}

function checkAudience(audience: string, name: string, { owners }: Reading): string | undefined {
  if (!/^(?!meshpass:)[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(audience))
    return "must be an absolute URI with a colon, and not begin with meshpass:";
  const owner = owners.get(audience);
  owners.set(audience, owner ?? name);
  return owner === undefined ? undefined : `is that of ${owner} too: each needs its own`;
}
