import { hasFields, isListOf, isSeconds, isText, isTrue, optional } from "../shape.ts";

/** What `POST /blocks` asks for: no tokens for `caller`, for one target or for any. */
export interface BlockRequest {
  readonly caller: string;
  readonly target?: string | undefined;
}

/** One that holds, since `at` in seconds since 1970. */
export interface Block extends BlockRequest {
  readonly at: number;
}

/** What `GET /blocks` answers. */
export interface BlockList {
  readonly blocks: readonly Block[];
}

export const isBlockList = hasFields<BlockList>({
  blocks: isListOf(hasFields<Block>({ caller: isText, target: optional(isText), at: isSeconds })),
});

/** What `DELETE /blocks/<caller>[/<target>]` answers. */
export interface UnblockAnswer {
  readonly lifted: true;
}

export const isUnblockAnswer = hasFields<UnblockAnswer>({ lifted: isTrue });
