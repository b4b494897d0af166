import { endings } from "@meshpass/protocol";
import t from "tap";
import { doors, optionsFor } from "../doors.ts";
import { now } from "../fake-issuer.ts";
import { startCutoffs } from "./start-cutoffs.ts";

const invalid = (reason: string) => ({ status: 401, error: "invalid_token", reason });
const unavailable = (reason: string) => ({ status: 503, error: "cutoffs_unavailable", reason });
const accepted = { status: 200, name: "m1" };

for (const [name, openDoor] of Object.entries(doors)) {
  t.test(`the ${name} door heeds what was cut off, the first time and for a remembered token`, async (t) => {
    const { keys, cutoffs, time, token, begin, take, feed } = await startCutoffs(t, { onStaleFeed: "refuse" });
    const door = await openDoor(optionsFor(keys, { cutoffs, clock: time.clock }));
    t.teardown(door.close);
    const [first, second] = [token({ exp: now + 300 }), token({ exp: now + 300, nonce: 1 })];
    t.same(await door.show(first), unavailable("no_cutoffs_yet"));
    await begin();
    t.same([await door.show(first), await door.show(first)], [accepted, accepted]);
    t.same(await door.show(token({ exp: now + 300, gen: undefined })), invalid("wrong_gen"));
    await time.advance(1.05);
    t.same(await door.show(first), unavailable("cutoffs_stale"), "remembered");
    t.same(await door.show(second), unavailable("cutoffs_stale"), "new");
    await take(feed.delta());
    t.same([await door.show(first), await door.show(second)], [accepted, accepted]);
    time.freeze(1.2);
    t.same(await door.show(first), unavailable("cutoffs_frozen"), "remembered");
    await take(feed.cut(endings.edge("m1", "m2")));
    t.same(await door.show(first), invalid("cut"), "remembered");
    t.same(await door.show(second), invalid("cut"), "remembered");
    t.same(await door.show(token({ exp: now + 300, nonce: 2 })), invalid("cut"), "new");
    t.same(await door.show(token({ exp: now + 300, gen: "1.1" })), accepted);
  });
}
