import type { DenyCode } from "../action.ts";

/** A file of actions: its name, and what stands in it. */
export interface ActionSource {
  readonly name: string;
  readonly text: string;
}

/** What goes into the child, each as a line of JSON: first the actions, then one request after the other. */
export type ToRunner = readonly ActionSource[] | { readonly id: number; readonly event: unknown };

/** What the actions came to. `ignored` are the protected claims that were set, with the action that did. */
export type Verdict =
  | { readonly denied: { readonly code: DenyCode; readonly reason: string; readonly action: string } }
  | { readonly failed: { readonly action: string; readonly text: string } }
  | {
      readonly claims: Readonly<Record<string, unknown>>;
      readonly ignored: readonly { readonly action: string; readonly claim: string }[];
    };

/** What comes out of the child, each as a line of JSON; the answers in the order of the requests. */
export type FromRunner =
  | { readonly kind: "ready" }
  | { readonly kind: "unloadable"; readonly action: string; readonly text: string }
  | { readonly kind: "log"; readonly action: string; readonly text: string }
  | { readonly kind: "answer"; readonly id: number; readonly verdict: Verdict };

export const maxReasonLength = 200;
export const maxLogLength = 200;
/** How many lines the actions of one request, or those that load, may log; what they log beyond is left out. */
export const maxLogsPerRequest = 20;
/** How many protected claims an answer names. */
export const maxIgnored = 32;
export const denyCodes: ReadonlySet<unknown> = new Set<DenyCode>(["invalid_scope", "invalid_request", "server_error"]);
