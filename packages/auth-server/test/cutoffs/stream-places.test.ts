import t from "tap";
import { createStreamPlaces } from "../../src/cutoffs/stream-places.ts";

const stranger = (address: string) => ({ service: undefined, instance: undefined, address });
const receiver = (service: string, instance: string | undefined = "i") => ({ service, instance, address: "10.0.0.1" });

/** Takes places until there is none, or `most`. */
function fill(most: number, take: (index: number) => (() => void) | undefined) {
  const leaves: (() => void)[] = [];
  for (let index = 0; index < most; index++) {
    const leave = take(index);
    if (leave === undefined) break;
    leaves.push(leave);
  }
  return leaves;
}

const createPlaces = (maxStreams = 1_000) => {
  const time = { now: 0 };
  return { time, places: createStreamPlaces({ maxStreams, monotonic: () => time.now }) };
};

t.test("strangers have a tenth of the places and cannot take one of a service", async (t) => {
  const { places } = createPlaces();
  t.equal(fill(2_000, (index) => places.take(stranger(`10.0.${index}`))).length, 100);
  t.equal(fill(2_000, (index) => places.take(receiver(`s${index}`))).length, 900);
  t.match(places.counts(), { open: { services: 900, anonymous: 100 }, refused: { services: 1, anonymous: 2 } });
  const other = createPlaces().places;
  t.equal(fill(900, (index) => other.take(receiver(`s${index}`))).length, 900);
  t.equal(fill(2_000, (index) => other.take(stranger(`10.0.${index}`))).length, 100);
});

t.test("a service whose places are full has one among strangers, as one of them and under its name", async (t) => {
  const { places, time } = createPlaces();
  fill(250, () => places.take(receiver("m1", "thief")));
  const leave = places.take(receiver("m1", "honest"));
  t.ok(places.holds("m1", "honest"));
  t.match(places.counts(), { open: { services: 250, anonymous: 1 }, refused: { service: 1 } });
  t.equal(fill(100, () => places.take(stranger("10.0.0.1"))).length, 31, "its address has as many as ever");
  t.notOk(places.take(receiver("m1")));
  leave?.();
  time.now += 15_000;
  t.notOk(places.holds("m1", "honest"));
  t.match(places.counts().open, { services: 250, anonymous: 31 });
});

t.test("an IPv6 network has as many places as one address has, however many addresses it has", async (t) => {
  const { places } = createPlaces();
  t.equal(fill(100, (index) => places.take(stranger(`2001:db8:0:7::${index + 1}`))).length, 32);
  t.ok(places.take(stranger("2001:db8:0:8::1")));
  t.equal(fill(60, (index) => places.take(stranger(`::ffff:10.0.0.${index}`))).length, 60, "these are of IPv4");
});

t.test("one address has 32 places without a credential, and with one as many as its services", async (t) => {
  const { places } = createPlaces();
  t.equal(fill(100, () => places.take(stranger("10.0.0.1"))).length, 32);
  t.ok(places.take(stranger("10.0.0.2")));
  t.equal(fill(100, () => places.take(receiver("m1"))).length, 100);
  t.match(places.counts().refused, { address: 1, anonymous: 0, service: 0 });
});

t.test("one service has a quarter of all places, and leaves the rest to others", async (t) => {
  const { places } = createPlaces();
  fill(2_000, (index) => places.take(receiver("m1", `i-${index}`)));
  t.match(places.counts().open, { services: 250 });
  t.ok(places.take(receiver("m2")));
  t.match(places.counts(), { open: { services: 251 }, refused: { services: 0 } });
});

t.test("a place that is left is there for the next one", async (t) => {
  const { places } = createPlaces(20);
  const take = () => places.take(stranger("10.0.0.1"));
  const leaves = fill(10, take);
  t.equal(leaves.length, 2);
  leaves[0]?.();
  t.ok(take());
  t.notOk(take());
  const services = fill(10, () => places.take(receiver("m1")));
  t.equal(services.length, 5);
  for (const leave of services) leave();
  t.equal(fill(10, () => places.take(receiver("m1"))).length, 5);
});

t.test("a name is held by the streams of its service that bear it, and for 15 s after the last of them", async (t) => {
  const { places, time } = createPlaces();
  places.take(stranger("10.0.0.1"));
  places.take({ ...receiver("m1"), instance: undefined });
  t.notOk(places.holds("m1", "i"));
  const [first, second] = [places.take(receiver("m1")), places.take(receiver("m1"))];
  t.ok(places.holds("m1", "i"));
  t.notOk(places.holds("m2", "i"));
  first?.();
  time.now += 100_000;
  t.ok(places.holds("m1", "i"), "the other one goes on");
  second?.();
  time.now += 14_999;
  t.ok(places.holds("m1", "i"));
  time.now += 1;
  t.notOk(places.holds("m1", "i"));
  const back = places.take(receiver("m1"));
  time.now += 100_000;
  t.ok(places.holds("m1", "i"));
  back?.();
});

t.test("of names that come and go the last 10,000 are remembered, for their 15 s", async (t) => {
  const { places, time } = createPlaces();
  const visit = (instance: string) => places.take(receiver("m1", instance))?.();
  const held = (...names: readonly number[]) => names.map((name) => places.holds("m1", `i-${name}`));
  for (let index = 0; index < 10_000; index++) visit(`i-${index}`);
  visit("i-0");
  visit("i-10000");
  t.same(held(0, 1, 2, 10_000), [true, false, true, true], "the one that was seen last of all stays");
  time.now += 14_000;
  visit("i-2");
  time.now += 1_000;
  t.same(held(2, 3), [true, false]);
});
