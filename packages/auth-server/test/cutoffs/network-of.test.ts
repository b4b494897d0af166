import t from "tap";
import { networkOf } from "../../src/cutoffs/network-of.ts";

t.test("an IPv4 address is a network of its own, however it is written", async (t) => {
  t.equal(networkOf("10.0.0.1"), "10.0.0.1");
  t.equal(networkOf("::ffff:10.0.0.1"), "10.0.0.1");
  t.equal(networkOf("::FFFF:10.0.0.1"), "10.0.0.1");
});

t.test("IPv6 addresses of one /64 are one network, and of another one another", async (t) => {
  for (const address of [
    "2001:db8:0:7::1",
    "2001:db8::7:0:0:0:1",
    "2001:db8:0:7:ffff:ffff:ffff:ffff",
    "2001:0DB8:0000:0007::",
    "2001:db8:0:7:1:2:1.2.3.4",
  ])
    t.equal(networkOf(address), "2001:db8:0:7::/64", address);
  t.equal(networkOf("2001:db8:0:8::1"), "2001:db8:0:8::/64");
  t.equal(networkOf("2001:db8::1"), "2001:db8:0:0::/64");
  t.equal(networkOf("::1"), "0:0:0:0::/64");
  t.equal(networkOf("::"), "0:0:0:0::/64");
  t.equal(networkOf("fe80::1%eth0"), "fe80:0:0:0::/64");
  t.equal(networkOf("64:ff9b::1.2.3.4"), "64:ff9b:0:0::/64");
});

t.test("what is no address stays what it is", async (t) => {
  for (const text of ["", "x", "10.0.0", ":::"]) t.equal(networkOf(text), text);
});
