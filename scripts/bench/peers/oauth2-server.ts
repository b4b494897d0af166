import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import OAuth2Server, { type Client, type Token } from "@node-oauth/oauth2-server";
import { announce } from "../contestants/announce.ts";
import { callers } from "../stage/bench-map.ts";

// The OAuth 2.0 library without a framework: opaque tokens in memory, no signature at all.
const { Request, Response } = OAuth2Server;
const clients = new Map<string, Client & { readonly secret: string }>(
  callers.map((id) => [id, { id, secret: `secret-of-${id}`, grants: ["client_credentials"] }]),
);
const tokens = new Map<string, Token>();
/** More than live at once; without an end the store, not the library, would be measured. */
const maxTokens = 50_000;

const oauth = new OAuth2Server({
  accessTokenLifetime: 300,
  model: {
    getClient: async (id: string, secret: string) => {
      const client = clients.get(id);
      return client?.secret === secret ? client : undefined;
    },
    getUserFromClient: async ({ id }: Client) => ({ id }),
    validateScope: async (_user: unknown, _client: Client, scope?: string[]) => scope,
    saveToken: async (token: Token, client: Client, user: { id: string }) => {
      const saved = { ...token, client, user };
      const [oldest] = tokens.size >= maxTokens ? tokens.keys() : [];
      if (oldest !== undefined) tokens.delete(oldest);
      tokens.set(saved.accessToken, saved);
      return saved;
    },
    getAccessToken: async (token: string) => tokens.get(token),
  },
});

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  const body = Object.fromEntries(new URLSearchParams(text));
  const request = new Request({ headers: incoming.headers as Record<string, string>, method: "POST", query: {}, body });
  const response = new Response({});
  await oauth.token(request, response).catch(() => undefined);
  const sent = JSON.stringify(response.body);
  outgoing.writeHead(response.status ?? 500, {
    ...response.headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(sent),
  });
  outgoing.end(sent);
}

const server = createServer((incoming, outgoing) => void answer(incoming, outgoing)).listen(0, "127.0.0.1");
server.once("listening", () => announce((server.address() as AddressInfo).port));
