import { defaultPorts, parsePortOffset, portOffsetProblem } from "@meshpass/protocol";
import type { ConfigReader } from "./config-sources.ts";

const highestPort = 65_535;

interface Ports {
  readonly port: number;
  readonly operatorPort: number;
  readonly metricsPort: number;
  /** Of the embedded core. */
  readonly corePort: number;
}

/** The ports, from `PORT` and `MESHPASS_PORT_OFFSET`. A port of 0 is any free one, and then so is that of the metrics. */
export function readPorts(reader: ConfigReader): Ports {
  const { metricsOffset, authServer, operator, core } = defaultPorts;
  const offset = readOffset(reader);
  const port = readPort(reader) ?? authServer + offset;
  const ports = {
    port,
    operatorPort: operator + offset,
    metricsPort: port === 0 ? 0 : port + metricsOffset,
    corePort: core + offset,
  };
  if (ports.operatorPort === port || ports.operatorPort === ports.metricsPort) {
    reader.report(
      `PORT ${port} leaves no port for the operator interface, which is on ${ports.operatorPort}: change it`,
    );
  }
  return ports;
}

function readOffset(reader: ConfigReader): number {
  const offset = parsePortOffset(reader.variable("MESHPASS_PORT_OFFSET"));
  if (offset === undefined) reader.report(portOffsetProblem);
  return offset ?? 0;
}

function readPort(reader: ConfigReader): number | undefined {
  const text = reader.variable("PORT");
  if (text === undefined) return undefined;
  const highest = highestPort - defaultPorts.metricsOffset;
  if (/^\d{1,5}$/.test(text) && Number(text) <= highest) return Number(text);
  const why = `metrics are ${defaultPorts.metricsOffset} above`;
  reader.report(`PORT is ${JSON.stringify(text)}: write a number from 0 to ${highest} (${why})`);
  return undefined;
}
