/** What every jti of ours matches. */
export const jtiGrammar = /^[A-Za-z0-9._-]{1,64}$/;
/** What every kid that we publish matches. */
export const kidGrammar = /^[A-Za-z0-9._-]{1,128}$/;

/** Whether `value` can be the jti of a token or credential that we issue, as one writes it into a path or a command. */
export const isJti = (value: unknown): value is string => typeof value === "string" && jtiGrammar.test(value);

/** Whether `value` can be the kid of a key that we publish and cut. */
export const isKid = (value: unknown): value is string => typeof value === "string" && kidGrammar.test(value);
