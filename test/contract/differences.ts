export const differences = new Map<string, { reason: string; ours: { reply: { status: number; body: string } } }>();
