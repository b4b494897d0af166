import { objectBody } from "@meshpass/http-server";
import { parseServiceName, paths } from "@meshpass/protocol";
import { Agent, request } from "undici";
import { createApp, listen } from "../contestants/listen.ts";

// m1 or m2 without authentication: with the address of another it passes on what that says, as /query does.
const [target] = process.argv.slice(2);
const dispatcher = new Agent({ connections: 128 });
const app = createApp();
app.get(paths.hello, async (_request, reply) => reply.type("text/plain; charset=utf-8").send("Hello to m1 from m2!"));
app.post(paths.query, async (incoming, reply) => {
  const name = parseServiceName(objectBody(incoming.body, ["target"]).target);
  if (name === undefined || target === undefined) return reply.code(404).send({ error: "unknown_target" });
  const { statusCode, body } = await request(`${target}${paths.hello}`, { dispatcher });
  return reply
    .code(statusCode)
    .type("text/plain; charset=utf-8")
    .send(await body.text());
});
await listen(app);
