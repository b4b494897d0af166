import t from "tap";
import { callAlongAChain } from "./call-along-a-chain.ts";
import { callWithOauth4webapi } from "./call-with-oauth4webapi.ts";
import { callWithOpenidClient } from "./call-with-openid-client.ts";
import { callWithAuth0, callWithSimpleOauth2 } from "./call-with-others.ts";
import { callWithOurClient } from "./call-with-our-client.ts";
import { runPages } from "./run-pages.ts";
import { startIssuer } from "./start-issuer.ts";
import { verifyWithExpressBearer, verifyWithJsonwebtoken } from "./verify-with-others.ts";

const issuer = await startIssuer(t);

await t.test("openid-client gets and ends tokens here", (t) => callWithOpenidClient(t, issuer));
await t.test("oauth4webapi gets and ends tokens here", (t) => callWithOauth4webapi(t, issuer));
await t.test("simple-oauth2 gets tokens here", (t) => callWithSimpleOauth2(t, issuer));
await t.test("auth0 gets tokens here", (t) => callWithAuth0(t, issuer));
await t.test("jsonwebtoken with jwks-rsa verifies our tokens", (t) => verifyWithJsonwebtoken(t, issuer));
await t.test("express-oauth2-jwt-bearer verifies our tokens", (t) => verifyWithExpressBearer(t, issuer));
await t.test("and so does our own client", (t) => callWithOurClient(t, issuer));
await t.test("our client and verifier along a chain of calls", (t) => callAlongAChain(t, issuer));
await t.test("the pages for other languages are true", (t) => runPages(t, issuer));
