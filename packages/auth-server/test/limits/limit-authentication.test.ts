import t from "tap";
import type { Known, ProvenCaller } from "../../src/grant/proven-caller.ts";
import {
  type CountedRequest,
  createLimitAuthentication,
  type RateLimits,
} from "../../src/limits/limit-authentication.ts";

const none: RateLimits = { perClient: undefined, failures: undefined, failuresPerAddress: undefined };

interface Request extends CountedRequest {
  readonly isRight?: boolean;
  readonly name: string;
  readonly code?: "invalid_credential" | "keys_unavailable" | "invalid_request";
}

/** A way to authenticate that believes `isRight`, within `limits`; how each request ends is its status, so to speak. */
function limited(limits: Partial<RateLimits>, time = { ms: 0 }) {
  const limit = createLimitAuthentication(
    { ...none, ...limits },
    { clock: () => 1_000_000_000_000 + time.ms, monotonic: () => time.ms },
  );
  const authenticate = limit(async ({ isRight, name, code }: Request): Promise<Known<ProvenCaller>> => {
    if (isRight) return { value: { name, credential: undefined, refusal: () => undefined } };
    return { refused: { allowed: false, code: code ?? "invalid_credential", reason: "bad_signature" } };
  });
  const ask = async (request: Partial<Request> = {}) => {
    const { name = "m1", address = "10.0.0.1" } = request;
    return authenticate({ rawHeaders: [], parameters: new Map([["client_id", name]]), ...request, name, address });
  };
  const codeOf = async (request: Partial<Request> = {}): Promise<string> => {
    const known = await ask(request);
    return "value" in known ? known.value.name : known.refused.code;
  };
  const codesOf = async (count: number, request: (index: number) => Partial<Request>) => {
    const codes: string[] = [];
    for (let index = 0; index < count; index += 1) codes.push(await codeOf(request(index)));
    return codes;
  };
  return { ask, codeOf, codesOf, time };
}

const two = { perSecond: 1, burst: 2 };

t.test("a client that proves itself is limited under its own name alone", async (t) => {
  const { ask, codeOf, codesOf, time } = limited({ perClient: two });
  t.strictSame(await codesOf(3, () => ({ isRight: true })), ["m1", "m1", "too_many_requests"]);
  t.equal(await codeOf({ isRight: true, name: "m2" }), "m2", "from the same address");
  t.match(await ask({ isRight: true, address: "10.0.0.2" }), {
    refused: {
      code: "too_many_requests",
      reason: "rate_limited",
      caller: { name: "m1" },
      headers: {
        "retry-after": "1",
        "x-ratelimit-limit": "2",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1000000001",
      },
    },
  });
  time.ms += 1_000;
  t.equal(await codeOf({ isRight: true }), "m1");
});

t.test(
  "a right credential is never refused for the failures of others, under its name and from its address",
  async (t) => {
    const { codeOf, codesOf } = limited({ failures: two, failuresPerAddress: two });
    const codes = await codesOf(500, () => ({ name: "m1" }));
    t.strictSame(codes.slice(0, 3), ["invalid_credential", "invalid_credential", "too_many_requests"]);
    t.equal(codes.at(-1), "too_many_requests");
    t.equal(await codeOf({ isRight: true, name: "m1" }), "m1");
  },
);

t.test("failures do not use up the requests of the client that they name", async (t) => {
  const { codeOf, codesOf } = limited({ perClient: two });
  await codesOf(100, () => ({ name: "m1" }));
  t.equal(await codeOf({ isRight: true, name: "m1" }), "m1");
});

t.test("failures are counted by name and address, and by address", async (t) => {
  const byName = limited({ failures: two });
  await byName.codesOf(3, () => ({}));
  t.equal(await byName.codeOf(), "too_many_requests");
  t.equal(await byName.codeOf({ address: "10.0.0.2" }), "invalid_credential");
  t.equal(await byName.codeOf({ name: "m2" }), "invalid_credential");
  const byAddress = limited({ failuresPerAddress: two });
  t.strictSame(await byAddress.codesOf(3, (index) => ({ name: `m${index}` })), [
    "invalid_credential",
    "invalid_credential",
    "too_many_requests",
  ]);
  t.equal(await byAddress.codeOf({ address: "10.0.0.2" }), "invalid_credential");
});

t.test(
  "a refusal for too many failures has the reason of the failure for the record, and says when to come back",
  async (t) => {
    const { ask, codesOf } = limited({ failures: { perSecond: 1 / 60, burst: 1 } });
    await codesOf(1, () => ({}));
    t.match(await ask(), {
      refused: {
        code: "too_many_requests",
        reason: "bad_signature",
        headers: { "retry-after": "60", "x-ratelimit-limit": "1", "x-ratelimit-reset": "1000000060" },
      },
    });
  },
);

t.test("moving about in a /64 of IPv6 wins nothing, and an IPv4 address in IPv6 is that address", async (t) => {
  const { codesOf, codeOf } = limited({ failuresPerAddress: two });
  const codes = await codesOf(10, (index) => ({ address: `2001:db8:0:1:${index}::${index}`, name: `n${index}` }));
  t.equal(codes.filter((code) => code === "invalid_credential").length, 2);
  t.equal(await codeOf({ address: "2001:db8:0:2::1" }), "invalid_credential");
  await codesOf(2, () => ({ address: "::ffff:10.0.0.9" }));
  t.equal(await codeOf({ address: "10.0.0.9" }), "too_many_requests");
  t.equal(await codeOf({ address: "::ffff:10.0.0.8" }), "invalid_credential");
});

t.test("no header says where a request comes from", async (t) => {
  const { codesOf } = limited({ failuresPerAddress: two });
  const codes = await codesOf(5, (index) => ({
    rawHeaders: ["X-Forwarded-For", `10.1.1.${index}`, "Forwarded", `for=10.1.1.${index}`],
    name: `n${index}`,
  }));
  t.equal(codes.filter((code) => code === "too_many_requests").length, 3);
});

t.test("what is this server's own fault, or a malformed request, is no failure of anybody", async (t) => {
  const { codesOf, codeOf } = limited({ failures: two, failuresPerAddress: two });
  for (const code of ["keys_unavailable", "invalid_request"] as const) {
    t.strictSame([...new Set(await codesOf(50, () => ({ code })))], [code]);
  }
  t.equal(await codeOf(), "invalid_credential");
});

t.test("a limit that is off limits nothing", async (t) => {
  const { codesOf } = limited({});
  t.strictSame(
    [...new Set(await codesOf(3_000, (index) => ({ isRight: index % 2 === 0 })))],
    ["m1", "invalid_credential"],
  );
});

t.test("clocks that give no number refuse, and name a time to come back", async (t) => {
  const limit = createLimitAuthentication(
    { ...none, failures: two },
    { clock: () => Number.NaN, monotonic: () => Number.NaN },
  );
  const refuse = limit(async () => ({ refused: { allowed: false, code: "invalid_credential", reason: "r" } }) as const);
  t.match(await refuse({ rawHeaders: [], address: "10.0.0.1" }), {
    refused: { code: "too_many_requests", headers: { "retry-after": "1", "x-ratelimit-reset": "1" } },
  });
});
