/** Something that works and should not stay so. `message` is one line, for people, and holds no secret. */
export interface ClientWarning {
  readonly code: "credential_exposed" | "credential_unreadable" | "http_allowed";
  readonly message: string;
}

export type Warn = (code: ClientWarning["code"], message: string) => void;

/** Passes each kind of warning on once. */
export function createWarn(onWarning: (warning: ClientWarning) => void): Warn {
  const given = new Set<string>();
  return (code, message) => {
    if (given.has(code)) return;
    given.add(code);
    onWarning({ code, message });
  };
}
