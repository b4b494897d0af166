import type { RemoteCutoffsStatus } from "@meshpass/verifier";
import { Counter, Gauge, type Registry } from "prom-client";

/** Shows in `registry` how it stands with the feed of cut-offs. Labels come from the verifier's own closed lists. */
export function showCutoffs(registry: Registry, status: () => RemoteCutoffsStatus): void {
  const registers = [registry];
  const show = (name: string, help: string, read: (status: RemoteCutoffsStatus) => number): void => {
    const collect = function (this: Gauge) {
      this.set(read(status()));
    };
    new Gauge({ name, help, registers, collect });
  };
  /** The verifier counts; a counter here repeats it, so that a rate can be taken of it. */
  const count = (name: string, help: string, read: (status: RemoteCutoffsStatus) => Readonly<Record<string, number>>) =>
    new Counter({
      name,
      help,
      labelNames: ["reason"],
      registers,
      collect() {
        this.reset();
        for (const [reason, value] of Object.entries(read(status()))) this.inc({ reason }, value);
      },
    });

  const ageHelp = "Age of the newest word of the feed of cut-offs, in seconds; NaN before the first.";
  show("meshpass_cutoffs_age_seconds", ageHelp, ({ ageSeconds }) => ageSeconds ?? Number.NaN);
  show("meshpass_cutoffs_live", "1 while the feed of cut-offs is live.", ({ condition }) =>
    Number(condition === "live"),
  );
  show("meshpass_cutoffs_epoch", "Epoch of the feed of cut-offs; 0 before the first word.", ({ epoch }) => epoch);
  show("meshpass_cutoffs_head", "Number of the last cut that was read; 0 before the first.", ({ head }) => head);
  show("meshpass_cutoffs_kept", "Cuts that are kept because a token may still match them.", ({ cuts }) => cuts);
  count(
    "meshpass_cutoffs_refused_total",
    "Tokens refused on account of cut-offs, by reason.",
    ({ refused }) => refused,
  );
  count("meshpass_cutoffs_failures_total", "What went wrong with the feed, or with confirming it.", (now) => ({
    feed: now.failures,
    confirmation: now.failedConfirmations,
  }));
}
