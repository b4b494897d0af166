import type { Test } from "tap";
import { createPlace, type MeshPlace } from "./mesh-place.ts";
import { meshpass } from "./meshpass.ts";
import { runStart, type StartRun, untilPrinted } from "./run-start.ts";

/** A whole mesh of real processes, as `pnpm start` brings it up, in folders and on ports of its own. */
export type Mesh = MeshPlace & StartRun;

/**
 * Starts a mesh and waits until it says that it is ready; it is stopped at the test's end. With a core of its own it
 * has development credentials; where `SUPERTOKENS_CONNECTION_URI` names one, they are issued by command.
 */
export async function startMesh(t: Test, extra: NodeJS.ProcessEnv = {}): Promise<Mesh> {
  return startMeshAt(t, await createPlace(t, extra));
}

/** As {@link startMesh}, in a place that is there already; `extra` is for its environment. */
export async function startMeshAt(t: Test, place: MeshPlace, extra: NodeJS.ProcessEnv = {}): Promise<Mesh> {
  const mesh = { ...place, ...runStart(t, place, [], extra) };
  if (mesh.env.SUPERTOKENS_CONNECTION_URI !== undefined) {
    await untilPrinted(mesh, "Server auth server on");
    await issueCredentials(mesh);
  }
  await untilPrinted(mesh, "Try: curl");
  return mesh;
}

/** Has the auth server of `place` make a credential for each service. */
export async function issueCredentials(place: MeshPlace): Promise<void> {
  for (const name of ["m1", "m2", "m3"]) {
    const { code, err } = await meshpass(place, "credentials", "issue", name);
    if (code !== 0) throw new Error(err);
  }
}

/** Starts `pnpm start`'s own script, with `args`, and does not wait. */
export async function spawnMesh(t: Test, extra: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<Mesh> {
  const place = await createPlace(t, extra);
  return { ...place, ...runStart(t, place, args) };
}
