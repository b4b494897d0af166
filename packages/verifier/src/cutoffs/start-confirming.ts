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
  /** Says goodbye, and sends nothing any more. Does not reject. */
  end(): Promise<void>;
}

/** So many keys are named in a confirmation. */
const maxKids = 100;

/** Confirms each change of what is known, of the feed and of the keys. Without a credential there is nothing to do. */
export function startConfirming(
  settings: RemoteCutoffsSettings,
  cutoffs: FedCutoffs,
  dispatcher: Dispatcher,
  onFailure: () => void,
): Confirming {
  const { url, credential, keys, timers } = settings;
  if (credential === undefined) return { noteChange: () => undefined, end: async () => undefined };
  const send = createSendConfirmation({ url: `${url}/confirmations`, credential, dispatcher });
  const describe = () => describeReceiver(settings, cutoffs);
  const { note, leave } = createConfirmations({ describe, send, onFailure, timers });
  const stopListening = keys.onChange(note);
  let noted: string | undefined;

  return {
    noteChange() {
      const place = cutoffs.place();
      if (place === undefined) return;
      const state = `${formatGeneration(place)} ${cutoffs.ahead() === undefined}`;
      if (state !== noted) note();
      noted = state;
    },
    end() {
      stopListening();
      return leave();
    },
  };
}

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
