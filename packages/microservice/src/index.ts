export { buildMicroservice, type MicroserviceParts } from "./app.ts";
export { readServices, type Service, type ServicesFile, type ServicesProblem } from "./services-file.ts";
