import type { Test } from "tap";
import type { MeshPlace } from "../../walk/mesh-place.ts";
import { runStart, untilPrinted } from "../../walk/run-start.ts";
import type { Receiver } from "./guarded-load.ts";

const services = ["m1", "m2", "m3"] as const;

/** The receivers that a mesh has of itself. */
export const ownReceivers = ({ url }: MeshPlace): readonly Receiver[] =>
  services.map((service) => ({ name: service, service, url: url(service) }));

/** Starts one more receiver of `service`, on a port of its own, which reaches the auth server at `authServer`. */
export async function startReceiver(
  t: Test,
  place: MeshPlace,
  about: { service: string; authServer: string; staleFeed: "accept" | "refuse" },
): Promise<Receiver> {
  const { service, authServer, staleFeed } = about;
  const env = { PORT: "0", MESHPASS_AUTH_SERVER: authServer, MESHPASS_STALE_FEED: staleFeed };
  const run = runStart(t, place, [service], env);
  const line = `Running microservice ${service} on `;
  await untilPrinted(run, line);
  const [url = ""] = run.output().split(line)[1]?.split("\n") ?? [];
  return { name: `${service}, ${staleFeed}`, service, url };
}
