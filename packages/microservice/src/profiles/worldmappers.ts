import type { FastifyInstance } from "fastify";
import type { Profile, ProfileContext } from "./profile.ts";

interface Resource {
  readonly path: string;
  /** What the token must have to read it. */
  readonly scope: string;
  readonly content: unknown;
}

/** A maps company of one place: whatever is asked for, it is this. */
const resources: readonly Resource[] = [
  { path: "/api/location/geocode", scope: "geocode:location", content: { lat: 47.6178819, lng: -122.194041 } },
  {
    path: "/api/location/reverse-geocode",
    scope: "reverse-geocode:location",
    content: { street: "10900 NE 8th Street", city: "Bellevue", state: "Washington" },
  },
  {
    path: "/api/directions",
    scope: "directions",
    content: ["Turn left", "Turn right", "Finish"].map((action, at) => ({ step: at + 1, action })),
  },
];

/** Coordinates, addresses and directions, each for a scope of its own. It prints who asks for what. */
export function createWorldmappers({ authServer, print }: ProfileContext): Profile {
  return {
    greet: (url) =>
      [`Worldmappers API (Resource Server) listening on: ${url}`, `Loaded public key for: ${authServer}`].join("\n"),
    mount: (app) => {
      app.register(async (scope) => mountResources(scope, print));
    },
  };
}

function mountResources(app: FastifyInstance, print: ProfileContext["print"]): void {
  // The path as it is mounted: what a caller writes after it is no business of a log.
  app.addHook("onResponse", async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    print(`${method} ${routeOptions.url} ${statusCode} ${elapsedTime.toFixed(3)} ms`);
  });
  for (const { path, scope, content } of resources) {
    app.get(path, { onRequest: app.requireCaller({ scopes: [scope] }) }, async ({ caller }) => {
      print(`Current user: ${caller.name} (scope=${[...caller.scopes].join(" ") || "N/A"})`);
      return content;
    });
  }
}
