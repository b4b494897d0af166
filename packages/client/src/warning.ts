/** Something that works and should not stay so. `message` is one line, for people, and holds no secret. */
export interface ClientWarning {
  readonly code: "credential_exposed" | "credential_unreadable" | "http_allowed";
  readonly message: string;
}

/** Called when something begins to be so; who calls sees to it that it is not said again while it lasts. */
export type Warn = (warning: ClientWarning) => void;
