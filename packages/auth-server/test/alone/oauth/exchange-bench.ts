import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import type { Test } from "tap";
import { startServer } from "../../start-server.ts";

export type Fields = Readonly<Record<string, string>>;

/** A server with this map, a credential for each of `services`, and what they do with tokens. */
export async function startExchange<Service extends string>(t: Test, map: string, services: readonly Service[]) {
  const server = await startServer(t, { map });
  await server.isReady();
  const credentials = new Map<Service, string>();
  const issue = async (name: Service) => void credentials.set(name, (await server.issue(name)).token);
  await Promise.all(services.map(issue));

  const send = (service: Service, url: string, fields: Fields, more = {}) =>
    server.app.inject({
      method: "POST",
      url,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Bearer ${credentials.get(service)}`,
        "cache-control": "no-cache",
        ...more,
      },
      payload: new URLSearchParams(fields).toString(),
    });
  const tokenIn = (answer: Awaited<ReturnType<typeof send>>): string => {
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json().access_token;
  };
  const exchange = (service: Service, subjectToken: string, fields: Fields = {}, more = {}) =>
    send(
      service,
      "/oauth/token",
      {
        grant_type: tokenExchangeGrant,
        subject_token: subjectToken,
        subject_token_type: accessTokenType,
        ...fields,
      },
      more,
    );
  const introspect = async (service: Service, token: string) =>
    (await send(service, "/oauth/introspect", { token })).json();
  return {
    server,
    send,
    exchange,
    introspect,
    /** Has a service prove itself with a new credential. */
    issue,
    /** What `service` asks for in its own name. */
    ask: async (service: Service, audience: string, fields: Fields = {}, more = {}) =>
      tokenIn(await send(service, "/oauth/token", { grant_type: "client_credentials", audience, ...fields }, more)),
    /** The token with which the last of `services` calls `audience`, after each of them has called the next one. */
    askAlong: async (chain: readonly Service[], audience: string): Promise<string> => {
      const [first, ...others] = chain as readonly [Service, ...Service[]];
      const targets = [...others, audience];
      let token = tokenIn(
        await send(first, "/oauth/token", { grant_type: "client_credentials", audience: targets[0] ?? "" }),
      );
      for (const [index, service] of others.entries())
        token = tokenIn(await exchange(service, token, { audience: targets[index + 1] ?? "" }));
      return token;
    },
    reasonOf: async (answer: Awaited<ReturnType<typeof send>>): Promise<unknown> => {
      const { decision_id: id } = answer.json();
      return (await server.decisions(1, (line) => line.decision_id === id))[0]?.reason;
    },
  };
}
