import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import t, { type Test } from "tap";
import { createOperatorClient, OperatorError } from "../src/operator-client.ts";

/** An operator interface that answers as `listener` says, and a client for it. */
async function connect(t: Test, listener: RequestListener, token: string | undefined = "operator-token") {
  const server = createServer(listener).listen(0, "127.0.0.1");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const access = { url, readToken: async () => token, tokenPlace: "operator.jwt", allowHttp: false };
  return { url, access, client: createOperatorClient(access) };
}

const fails = async (t: Test, work: Promise<unknown>, message: RegExp): Promise<void> => {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  t.type(error, OperatorError);
  t.match((error as Error).message, message);
  t.notMatch((error as Error).message, /operator-token|upstream/);
  t.notMatch((error as Error).message, "\n", "one line");
};

t.test("it sends the token, the body, and gives the answer", async (t) => {
  const seen: string[] = [];
  const { client } = await connect(t, (request, response) => {
    request.setEncoding("utf8").on("data", (chunk) => seen.push(chunk));
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.end('{"ok":true}');
    });
  });
  t.same(await client.call("POST", "/cuts", { service: "m1" }), { ok: true });
  t.same(seen, ['{"service":"m1"}', "POST /cuts Bearer operator-token"]);
});

t.test("what goes wrong is one line that says what to do, and holds no token", async (t) => {
  const answers = (status: number, body: string) =>
    connect(t, (_request, response) => response.writeHead(status).end(body)).then(({ client }) => client);
  await fails(
    t,
    (await answers(401, "upstream")).call("GET", "/x"),
    /does not accept the operator token in operator\.jwt; delete it, and a running auth server writes a new one/,
  );
  await fails(t, (await answers(500, "upstream")).call("GET", "/x"), /answered 500/);
  await fails(t, (await answers(500, "null")).call("GET", "/x"), /answered 500/);
  await fails(t, (await answers(403, '{"error":"\\u001b[2J"}')).call("GET", "/x"), /answered 403 \\u001b\[2J/);
  await fails(t, (await answers(302, "")).call("GET", "/x"), /answered 302/);
});

t.test("an error tells the code that it was answered with, where there was one", async (t) => {
  const answers = async (body: string) => {
    const { client } = await connect(t, (_request, response) => response.writeHead(404).end(body));
    return client.call("DELETE", "/blocks/m1").catch(({ code }: OperatorError) => code);
  };
  t.equal(await answers('{"error":"unknown_block","error_description":"There is no such block."}'), "unknown_block");
  t.equal(await answers("upstream"), undefined);
  t.equal(await answers("null"), undefined);
});

t.test("nobody there, or nobody who answers in time, is one line too", async (t) => {
  const { access } = await connect(t, () => undefined);
  const impatient = createOperatorClient({ ...access, timeoutMs: 300 });
  await fails(
    t,
    impatient.call("GET", "/x"),
    /^the operator interface at http:\S+ did not answer within 0\.3 s; the log of the auth server may/,
  );
  const nobody = createOperatorClient({ ...access, url: "http://127.0.0.1:1" });
  await fails(
    t,
    nobody.call("GET", "/x"),
    /refused the connection; is the auth server up \(pnpm start auth-server\), and MESHPASS_PORT_OFFSET here the same\?$/,
  );
  const { client } = await connect(t, ({ socket }) => socket.destroy());
  await fails(t, client.call("GET", "/x"), /gave no whole answer \([A-Z_]+\); is the auth server up \(/);
});

t.test("an error tells whether what was asked for may be done all the same", async (t) => {
  const mayBeDone = (work: Promise<unknown>) => work.catch((error: OperatorError) => error.mayBeDone);
  const answers = async (status: number, body: string) => {
    const { client } = await connect(t, (_request, response) => response.writeHead(status).end(body));
    return mayBeDone(client.call("POST", "/cuts", {}));
  };
  const error = (code: string) => `{"error":"${code}","error_description":""}`;
  t.equal(await answers(503, error("store_unavailable")), false);
  t.equal(await answers(409, error("receivers_behind")), false);
  t.equal(await answers(401, ""), false);
  t.equal(await answers(500, error("server_error")), true);
  t.equal(await answers(502, "<html>"), true, "somebody stands between us and the server");
  const { access } = await connect(t, () => undefined);
  t.equal(await mayBeDone(createOperatorClient({ ...access, timeoutMs: 300 }).call("POST", "/cuts")), true);
  const { client: cutOff } = await connect(t, ({ socket }) => socket.destroy());
  t.equal(await mayBeDone(cutOff.call("POST", "/cuts")), true);
  const nobody = createOperatorClient({ ...access, url: "http://127.0.0.1:1" });
  t.equal(await mayBeDone(nobody.call("POST", "/cuts")), false, "it was never sent");
  t.equal(await mayBeDone(createOperatorClient({ ...access, readToken: async () => "" }).call("POST", "/x")), false);
});

t.test("a token that is not there, or that may not be read, is told apart", async (t) => {
  const { access } = await connect(t, () => t.fail("called"));
  const broken = (code: string) => async () => {
    throw Object.assign(new Error("upstream"), { code });
  };
  const told: readonly (readonly [() => Promise<string>, RegExp])[] = [
    [async () => "", /^there is no operator token in operator\.jwt; the auth server writes one there/],
    [broken("ENOENT"), /^there is no operator token in operator\.jwt/],
    [broken("EACCES"), /^cannot read the operator token in operator\.jwt: you may not read it; be the user/],
    [broken("EISDIR"), /: it is a folder; .*MESHPASS_OPERATOR_TOKEN_FILE$/],
    [broken("ELOOP"), /: its links lead in a circle; /],
    [broken("EIO"), /: EIO; /],
  ];
  for (const [readToken, message] of told) {
    await fails(t, createOperatorClient({ ...access, readToken }).call("GET", "/x"), message);
  }
  const bug = async () => {
    throw new Error("a bug");
  };
  await t.rejects(createOperatorClient({ ...access, readToken: bug }).call("GET", "/x"), { message: "a bug" });
});

t.test("an answer that changes the protocol is none", { timeout: 10_000 }, async (t) => {
  const { client } = await connect(t, ({ socket }) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
  });
  await fails(t, client.call("GET", "/x"), /gave no whole answer; is the auth server up/);
});

t.test("an answer without end is cut off", async (t) => {
  const { client } = await connect(t, (_request, response) => {
    const chunk = "x".repeat(1_000_000);
    const more = (): void => {
      if (response.destroyed) return;
      response.write(chunk);
      setImmediate(more);
    };
    more();
  });
  await fails(t, client.call("GET", "/x"), /gave no whole answer; is the auth server up/);
});

t.test("https: is spoken where the URL says so", async (t) => {
  const greeted = Promise.withResolvers<number | undefined>();
  const server = createTcpServer((socket) =>
    socket.once("data", (chunk) => {
      greeted.resolve(chunk[0]);
      socket.destroy();
    }),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const { access } = await connect(t, () => t.fail("called"));
  const client = createOperatorClient({ ...access, url: `https://127.0.0.1:${port}` });
  await fails(t, client.call("GET", "/x"), /gave no whole answer/);
  const handshake = 22;
  t.equal(await greeted.promise, handshake);
});

t.test("the token is not shown over http: to another machine", async (t) => {
  const { access } = await connect(t, () => t.fail("called"));
  await fails(
    t,
    createOperatorClient({ ...access, url: "http://auth.example:8100" }).call("GET", "/"),
    /is http: to another/,
  );
});
