/** What a server answered, read to its end. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Asks `url` and reads the whole answer. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(8_000), ...init });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** `GET url` with a Bearer token. */
export const askWith = (token: string, url: string): Promise<Answer> =>
  ask(url, { headers: { authorization: `Bearer ${token}` } });

/** `POST url` with a JSON body, and a Bearer token where there is one. */
export const postJson = (url: string, body: unknown, token?: string): Promise<Answer> =>
  ask(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
