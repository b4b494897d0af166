// What the commands that read a map are made of, to be loaded together.
export { check } from "./check.ts";
export { validate } from "./validate.ts";
export { withMap } from "./with-map.ts";
