import t from "tap";
import { buildProfile } from "./build-profile.ts";

const resources = [
  ["/api/location/geocode", "geocode:location", { lat: 47.6178819, lng: -122.194041 }],
  [
    "/api/location/reverse-geocode",
    "reverse-geocode:location",
    { street: "10900 NE 8th Street", city: "Bellevue", state: "Washington" },
  ],
  [
    "/api/directions",
    "directions",
    [
      { step: 1, action: "Turn left" },
      { step: 2, action: "Turn right" },
      { step: 3, action: "Finish" },
    ],
  ],
] as const;

t.test("it says where it listens and whose tokens it takes, in the words of the reference", async (t) => {
  const { greeting } = await buildProfile(t, "worldmappers", "http://auth.example");
  t.equal(
    greeting,
    "Worldmappers API (Resource Server) listening on: http://localhost:8080\nLoaded public key for: http://auth.example",
  );
});

t.test(
  "each route answers to a token with its own scope, and to no other (reference: 401 for a missing scope)",
  async (t) => {
    const { app, bearer } = await buildProfile(t, "worldmappers");
    for (const [url, scope, content] of resources) {
      const good = await app.inject({ url, headers: bearer(scope) });
      t.equal(good.statusCode, 200, url);
      t.strictSame(good.json(), content);
      for (const other of ["", ...resources.map(([, each]) => each).filter((each) => each !== scope)]) {
        const bad = await app.inject({ url, headers: bearer(other) });
        t.match([bad.statusCode, bad.json().error], [403, "insufficient_scope"], `${url} with ${other || "no scope"}`);
        t.match(bad.headers["www-authenticate"], `scope="${scope}"`);
      }
      t.equal((await app.inject(url)).statusCode, 401, "without a token");
    }
  },
);

t.test("it prints who asked and what came of it, but nothing of what stands in the URL", async (t) => {
  const { app, bearer, printed } = await buildProfile(t, "worldmappers");
  await app.inject({ url: "/api/directions?destination=secret%1b[2J", headers: bearer("directions geocode:location") });
  await app.inject({ url: "/api/directions?destination=secret" });
  t.match(printed, [
    "Current user: m1 (scope=directions geocode:location)",
    /^GET \/api\/directions 200 \d+\.\d{3} ms$/,
    /^GET \/api\/directions 401 \d+\.\d{3} ms$/,
  ]);
  t.equal(printed.length, 3);
});
