import { DemoError } from "./demo-error.ts";
import { shown } from "./demo-place.ts";
import { type Answer, plain, readObject, send } from "./send.ts";

export interface GiftDeliveriesOptions {
  /** The token endpoint. */
  readonly tokenUrl: string;
  /** The origin of the World Mappers API. */
  readonly apiUrl: string;
  readonly audience: string;
  readonly clientId: string;
  readonly secret: string;
  /** Some of what is granted; without it all of that. */
  readonly scope: string | undefined;
  /** Takes what the worker says, a line each. */
  readonly print: (line: string) => void;
}

/**
 * The worker: gets a token, asks for directions, and prints them. Gives whether it got them; where it was refused or
 * somebody is not there, a line says why and another one with what status.
 */
export async function runGiftDeliveries(options: GiftDeliveriesOptions): Promise<boolean> {
  const { tokenUrl, print } = options;
  print("info: Starting the Gift Deliveries worker.");
  try {
    print(`debug: Fetching access token from ${shown(tokenUrl)}`);
    const granted = await send(tokenUrl, tokenRequest(options));
    const { access_token: token, error, error_description } = readObject(granted.text);
    if (granted.status !== 200 || typeof token !== "string")
      return fail(print, granted, `Error getting a token: error=${error}, error_description=${error_description}`);
    print("info: Getting directions to the Auth0 Office from the World Mappers API");
    const directions = await askDirections(options, token);
    if (directions.status !== 200) return fail(print, directions, describeRefusal(directions));
    print(`info: Directions: ${plain(directions.text)}`);
    return true;
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    print(`error: ${error.message}; start it: pnpm demo worldmappers`);
    return false;
  }
}

function tokenRequest({ audience, clientId, secret, scope }: GiftDeliveriesOptions): RequestInit {
  const grant = { grant_type: "client_credentials", client_id: clientId, client_secret: secret, audience };
  return {
    method: "POST",
    // A new token: one that was handed out before would not be counted, nor looked at by an action.
    headers: { "content-type": "application/json", "cache-control": "no-cache" },
    body: JSON.stringify(scope === undefined ? grant : { ...grant, scope }),
  };
}

function askDirections({ apiUrl }: GiftDeliveriesOptions, token: string): Promise<Answer> {
  const url = new URL("/api/directions", apiUrl);
  url.search = "?destination=Auth0%20Office";
  return send(url.href, { headers: { authorization: `Bearer ${token}` } });
}

/** The challenge names the scopes that were missing (RFC 6750 section 3.1). */
function describeRefusal({ headers, text }: Answer): string {
  const scope = /error="insufficient_scope", scope="([^"]+)"/.exec(headers.get("www-authenticate") ?? "")?.[1];
  return scope === undefined ? text : `Cannot perform action. Missing scope ${scope}`;
}

/** What tells a client how long to wait. */
const limitHeaders = ["Retry-After", "Auth0-Client-Quota-Limit", "X-RateLimit-Limit", "X-RateLimit-Remaining"];

function fail(print: GiftDeliveriesOptions["print"], { status, headers }: Answer, message: string): false {
  const limits = limitHeaders.filter((name) => headers.has(name)).map((name) => `, ${name}: ${headers.get(name)}`);
  print(`error: ${plain(message)}`);
  print(plain(`debug: The answer was ${status}${limits.join("")}`));
  return false;
}
