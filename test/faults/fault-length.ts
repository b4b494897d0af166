/** How long each fault lasts, in ms: a second while developing, a minute where `pnpm faults` asks for it. */
export const faultMs = Number(process.env.MESHPASS_FAULT_SECONDS ?? 1) * 1_000;
