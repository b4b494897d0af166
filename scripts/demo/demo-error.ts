/** What keeps a demo from going on, in one line for a person: what happened, where, and what to do. Never a secret. */
export class DemoError extends Error {}
