// Loads what nearly every process of the tests loads, so that the compile cache has it when they start: each would compile
// it anew until the first one has ended.
import "@meshpass/auth-server";
import "@meshpass/embedded-core";
import "@meshpass/microservice";
