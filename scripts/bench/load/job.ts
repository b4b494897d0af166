/** One HTTP request, as it goes out again and again. */
export interface Request {
  readonly method: "GET" | "POST";
  /** Begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a generator does: `requests` in turn, over and over, at one server of this machine. */
export interface Job {
  readonly port: number;
  readonly requests: readonly Request[];
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second; as many as there are answers without it. */
  readonly rate?: number;
}

/** What came of a job. */
export interface Driven {
  /** Answers with status 200. */
  readonly good: number;
  /** Everything else: other statuses, and connections that broke, by name. */
  readonly bad: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The share of the time in which the generator had nothing to do, 0 to 1. */
  readonly idle: number;
  readonly p99Ms: number;
  /** Bodies of some good answers. */
  readonly samples: readonly string[];
}

/** Drives a server from another process than this one. */
export interface Generator {
  readonly name: string;
  drive(job: Job): Promise<Driven>;
}
