import { awaitParent } from "@meshpass/http-server";

// A process that says how far it is, and listens for the end of its standard input only a while later.
console.log("loaded");
console.log((await awaitParent()) ? "goes on" : "is alone");
process.stdin.once("end", () => console.log("has seen the end"));
setTimeout(() => process.stdin.resume(), 300);
