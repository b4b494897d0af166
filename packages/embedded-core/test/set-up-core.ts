import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type CoreOptions, createCore } from "@meshpass/embedded-core";
import type { Test } from "tap";
import { generatePrivateKey } from "../src/signing-key.ts";
import { createFakeKeyStore } from "./fakes/key-store.ts";

export const start = 1_795_309_724_000;
export const week = 604_800_000;
export const apiKey = "key1key1key1key1key1key1";
export const der = await generatePrivateKey();

export function createStore() {
  return createFakeKeyStore([
    { kid: `d-${start}`, family: "dynamic", createdAt: start, signsFrom: start, privateKey: der },
    { kid: "s-one", family: "static", createdAt: start, signsFrom: start, privateKey: der },
  ]);
}

export async function setUp(t: Test, options: Partial<CoreOptions> = {}) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const core = await createCore({ store: createStore(), apiKey, clock: () => start, onError, ...options });
  const url = await core.listen();
  t.teardown(() => core.close(0));
  return { core, url, errors, port: Number(new URL(url).port) };
}

export const fields = { algorithm: "RS256", jwksDomain: "x", payload: {}, validity: 60 };

export const mint = (url: string, body: unknown = fields, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/recipe/jwt`, {
    method: "POST",
    headers: { "api-key": apiKey, "content-type": "application/json; charset=utf-8", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Sends bytes as they are and gives all that comes back until the connection is closed. */
export function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  return text(socket);
}
