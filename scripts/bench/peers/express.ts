import type { AddressInfo } from "node:net";
import express from "express";
import jwt from "jsonwebtoken";
import jwksRsa from "jwks-rsa";
import { announce } from "../contestants/announce.ts";

// A receiver as most people write it: express, jsonwebtoken, jwks-rsa with its cache.
const [jwksUri = ""] = process.argv.slice(2);
const keys = jwksRsa({ jwksUri, cache: true, rateLimit: true });
const findKey: jwt.GetPublicKeyOrSecret = ({ kid }, done) =>
  void keys.getSigningKey(kid).then(
    (key) => done(null, key.getPublicKey()),
    (error) => done(error),
  );

const app = express().disable("x-powered-by").disable("etag");
app.get("/hello", ({ headers }, response) => {
  const [, token = ""] = (headers.authorization ?? "").split(" ");
  jwt.verify(token, findKey, { algorithms: ["RS256"], issuer: "auth-server", audience: "m2" }, (error, claims) => {
    if (error !== null || typeof claims !== "object") return void response.status(401).end();
    response.type("text/plain").send(`Hello to ${claims.sub} from m2!`);
  });
});
const server = app.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
