import { type Known, refuse } from "../grant/proven-caller.ts";
import type { ClientRequest, Parameters } from "./parameters.ts";
import { readBasic } from "./read-basic.ts";
import { refuseClient } from "./refuse-client.ts";

/** The part of a request in which a client says who it is. */
export type ClientProof = Pick<ClientRequest, "rawHeaders" | "parameters">;

/** How a client wants to prove who it is. Nothing of it has been checked. */
export type ClientAuthentication =
  | { readonly by: "credential" }
  | { readonly by: "secret"; readonly clientId: string; readonly secret: string }
  | { readonly by: "assertion"; readonly assertion: string; readonly clientId: string | undefined };

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * The one way in which `request` authenticates its client: a header of the scheme Bearer or Basic, `client_secret`, or
 * `client_assertion`. More than one is `invalid_request` (RFC 6749 section 2.3), whether they agree or not.
 */
export function readClientAuthentication({ rawHeaders, parameters }: ClientProof): Known<ClientAuthentication> {
  const headers = rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === "authorization" && at % 2 === 1);
  const [header, second] = headers;
  if (second !== undefined) return refuse("invalid_request", "two_headers");
  const bySecret = parameters.has("client_secret");
  const byAssertion = parameters.has("client_assertion") || parameters.has("client_assertion_type");
  const ways = [header !== undefined, bySecret, byAssertion].filter(Boolean).length;
  if (ways > 1) return refuse("invalid_request", "several_methods");
  if (header !== undefined) return readHeader(header, parameters.get("client_id"));
  if (bySecret) return readPost(parameters);
  return byAssertion ? readAssertionPair(parameters) : refuseClient("no_client_authentication");
}

function readHeader(header: string, named: string | undefined): Known<ClientAuthentication> {
  const scheme = header.split(" ", 1)[0]?.toLowerCase();
  if (scheme === "bearer") return { value: { by: "credential" } };
  if (scheme !== "basic") return refuseClient("other_scheme");
  const basic = readBasic(header);
  if (basic === undefined) return refuseClient("malformed_basic");
  if (named !== undefined && named !== basic.clientId) return refuseClient("other_client_id");
  return { value: { by: "secret", ...basic } };
}

function readPost(parameters: Parameters): Known<ClientAuthentication> {
  const clientId = parameters.get("client_id");
  const secret = parameters.get("client_secret") ?? "";
  return clientId === undefined ? refuseClient("no_client_id") : { value: { by: "secret", clientId, secret } };
}

/** RFC 7521 section 4.2, RFC 7523 section 2.2. */
function readAssertionPair(parameters: Parameters): Known<ClientAuthentication> {
  const assertion = parameters.get("client_assertion");
  if (parameters.get("client_assertion_type") !== assertionType) return refuseClient("wrong_assertion_type");
  if (assertion === undefined) return refuseClient("no_assertion");
  return { value: { by: "assertion", assertion, clientId: parameters.get("client_id") } };
}
