import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { announce } from "./announce.ts";

// The machine's own limit: Fastify with nothing at all.
const app = Fastify();
app.get("/hello", (_request, reply) => reply.send("Hello to m1 from m2!"));
await app.listen({ host: "127.0.0.1", port: 0 });
announce((app.server.address() as AddressInfo).port);
