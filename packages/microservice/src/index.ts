export { buildMicroservice, type MicroserviceParts } from "./app.ts";
