import { type Confirmation, formatGeneration } from "@meshpass/protocol";
import type { Dispatcher } from "undici";
import { createConfirmations } from "./create-confirmations.ts";
import type { FedCutoffs } from "./create-cutoffs.ts";
import type { RemoteCutoffsSettings } from "./remote-cutoffs-options.ts";
import { createSendConfirmation } from "./send-confirmation.ts";
import { verifierVersion } from "./verifier-version.ts";

interface Confirming {
  /** Something may have changed: confirms if it has. */
  noteChange(): void;
  /** The connection broke: on the next one the auth server is told all anew. */
  noteBreak(): void;
  /** Says goodbye, and sends nothing any more. Does not reject. */
  end(): Promise<void>;
}

interface ConfirmingParts {
  readonly dispatcher: Dispatcher;
  /** A confirmation did not arrive. */
  readonly onFailure: () => void;
  /** The auth server has no stream of this receiver. */
  readonly onUnlisted: () => void;
}

/** So many keys are named in a confirmation. */
const maxKids = 100;

/**
 * Confirms each change of what is known, of the feed and of the keys, from the first envelope on. Without a credential there
 * is nothing to do.
 */
export function startConfirming(
  settings: RemoteCutoffsSettings,
  cutoffs: FedCutoffs,
  { dispatcher, onFailure, onUnlisted }: ConfirmingParts,
): Confirming {
  const { url, credential, keys, timers } = settings;
  if (credential === undefined) return nothing;
  const send = createSendConfirmation({ url: `${url}/confirmations`, credential, dispatcher, onUnlisted });
  const describe = () => describeReceiver(settings, cutoffs);
  const { note, leave } = createConfirmations({ describe, send, onFailure, timers });
  const stopListening = keys.onChange(() => {
    if (cutoffs.place() !== undefined) note();
  });
  let noted: string | undefined;

  return {
    noteChange() {
      const place = cutoffs.place();
      if (place === undefined) return;
      const state = `${formatGeneration(place)} ${cutoffs.ahead() === undefined}`;
      if (state !== noted) note();
      noted = state;
    },
    noteBreak() {
      noted = undefined;
    },
    end() {
      stopListening();
      return leave();
    },
  };
}

const nothing: Confirming = {
  noteChange: () => undefined,
  noteBreak: () => undefined,
  end: async () => undefined,
};

function describeReceiver({ instance, keys, clock }: RemoteCutoffsSettings, cutoffs: FedCutoffs): Confirmation {
  const { epoch, number: head } = cutoffs.place() ?? { epoch: 0, number: 0 };
  const kids = (keys.jwks()?.keys ?? []).slice(0, maxKids).map(({ kid }) => kid);
  const ahead = cutoffs.ahead();
  // A clock that was set back says less than nothing.
  const keysAge = keys.ageSeconds();
  return {
    instance,
    version: verifierVersion,
    epoch,
    head,
    kids,
    keysAgeSeconds: keysAge === undefined ? null : Math.max(0, keysAge),
    now: clock(),
    ...(ahead === undefined ? {} : { ahead }),
  };
}
