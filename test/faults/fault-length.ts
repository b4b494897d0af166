/** How long each fault lasts, in ms: a second while developing, a minute where `pnpm faults` asks for it. */
export const faultMs = Number(process.env.MESHPASS_FAULT_SECONDS ?? 1) * 1_000;

/** Whether the faults are as short as while developing: then there is also less of everything else. */
export const isShort = faultMs < 20_000;
