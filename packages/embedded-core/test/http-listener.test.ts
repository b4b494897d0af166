import { connect } from "node:net";
import { text } from "node:stream/consumers";
import t from "tap";
import { text as plainText } from "../src/answer.ts";
import { createHttpListener } from "../src/http-listener.ts";
import { readBody } from "../src/read-body.ts";

const short = { headersTimeout: 100, requestTimeout: 200, keepAliveTimeout: 100, connectionsCheckingInterval: 20 };

const slow = {
  "a head that never ends": "GET / HTTP/1.1\r\nHost: localhost\r\n",
  "a body that never ends": "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab",
  "chunks that never end": "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
};
for (const [name, bytes] of Object.entries(slow)) {
  t.test(`${name} is 408 and the connection is closed`, async (t) => {
    const errors: unknown[] = [];
    const answer = async (request: Parameters<typeof readBody>[0]) => plainText(200, await readBody(request));
    const listener = createHttpListener(answer, (error) => errors.push(error), short);
    const url = new URL(await listener.listen("127.0.0.1", 0));
    t.teardown(() => listener.close(0));
    const socket = connect(Number(url.port), "127.0.0.1");
    socket.write(bytes);
    t.match(await text(socket), /^HTTP\/1\.1 408 /);
    t.same(errors, []);
  });
}

t.test("closing what never listened is nothing", async () => {
  await createHttpListener(
    async () => plainText(200, ""),
    () => {},
  ).close(0);
});
