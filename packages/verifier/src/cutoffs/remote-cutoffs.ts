import { Agent } from "undici";
import type { VerifierError } from "../verifier-error.ts";
import { createCredentialHeader } from "./create-credential-header.ts";
import { createCutoffs } from "./create-cutoffs.ts";
import type { Cutoffs, CutoffsStatus } from "./cutoffs.ts";
import { followFeed } from "./follow-feed.ts";
import { createKeysWatch } from "./keys-watch.ts";
import { createOpenFeed } from "./open-feed.ts";
import { type RemoteCutoffsOptions, readRemoteCutoffsOptions } from "./remote-cutoffs-options.ts";
import { startConfirming } from "./start-confirming.ts";

/** {@link CutoffsStatus}, and how it stands with the way there. */
export interface RemoteCutoffsStatus extends CutoffsStatus {
  /** How often the feed broke or brought what was refused, since the start. */
  readonly failures: number;
  /** How many confirmations did not arrive, since the start. */
  readonly failedConfirmations: number;
}

/** Cut-offs that follow a feed by themselves. */
export interface RemoteCutoffs extends Cutoffs {
  status(): RemoteCutoffsStatus;
  /** Lets the feed go and, where confirmations are sent, says goodbye: 500 ms at most. */
  close(): Promise<void>;
}

/**
 * The cut-offs behind the URL of a feed (`GET /cutoffs` of the auth server), over one connection of server-sent events
 * that is made anew, with jitter, whenever it breaks. The feed proves itself: each envelope is signed by a key that the
 * issuer's `keys` certify, so a forged, replayed, truncated or reordered feed changes nothing and is reported.
 *
 * With a `credential` it has a place of its service's, and confirms to the auth server how far it is. Where that does not
 * know its connection as this service's, another is made. Keeps the process alive until it is closed.
 *
 * @throws TypeError if `url` is no address that the feed may come from, or an option is of the wrong type
 */
export function remoteCutoffs(options: RemoteCutoffsOptions): RemoteCutoffs {
  const settings = readRemoteCutoffsOptions(options);
  const { url, keys, onStaleFeed, credential, instance, timers } = settings;
  const counts = { failures: 0, failedConfirmations: 0 };
  const dispatcher = new Agent({ connections: 2, pipelining: 1 });
  const cutoffs = createCutoffs(settings);
  const confirming = startConfirming(settings, cutoffs, {
    dispatcher,
    onFailure: () => void counts.failedConfirmations++,
    onUnlisted: () => following.renew(),
  });
  const keysWatch = createKeysWatch(keys);

  const pace = onStaleFeed === "refuse" ? "close" : "usual";
  const credentialHeader = createCredentialHeader(credential, timers);
  const following = followFeed({
    ...settings,
    cutoffs,
    open: createOpenFeed({ url, pace, instance, credentialHeader, dispatcher }),
    prepare: async () => {
      if (!keys.ready()) await keys.refresh().catch(() => undefined);
    },
    onTaken() {
      keysWatch.note(cutoffs.keysMark());
      confirming.noteChange();
    },
    onFailure(error: VerifierError) {
      counts.failures += 1;
      confirming.noteChange();
      confirming.noteBreak();
      settings.onFailure(error);
    },
  });

  return Object.freeze({
    check: cutoffs.check,
    version: cutoffs.version,
    ready: cutoffs.ready,
    status: () => ({ ...cutoffs.status(), ...counts }),
    async close() {
      following.stop();
      void cutoffs.close();
      await confirming.end();
      await dispatcher.destroy();
    },
  });
}
