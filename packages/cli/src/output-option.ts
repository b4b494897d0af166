import { Option } from "commander";

/** `-o json` on every command: the same answer as one JSON object on one line. */
export const outputOption = (): Option =>
  new Option("-o, --output <format>", "how to answer").choices(["text", "json"]).default("text");
