import { hostPort } from '../contract/text.ts';
import type { FrontendEvent, SimulatedEndpoint } from '../simulator/index.ts';

/** Tells what the appliance does. */
export interface ApplianceReporter {
  nitro(kind: string, url: string): void;
  frontend(event: FrontendEvent): void;
  note(text: string): void;
  notSaved(error: Error): void;
}

/** Reports events of the simulator, for people or as one JSON object per line. */
export function applianceReporter(json: boolean): ApplianceReporter {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const endpointText = ({ host, port }: SimulatedEndpoint): string => hostPort(host, port);
  return {
    nitro: (kind, url) => write(json ? JSON.stringify({ type: kind.toLowerCase(), url }) : `${kind} ${url}`),
    frontend({ address, port, listen: at, refused }) {
      if (refused !== undefined) {
        process.stderr.write(
          `${endpointText({ host: address, port })} cannot listen on ${endpointText(refused)}: ${refused.code}\n`,
        );
        return;
      }
      const where = at === undefined ? null : endpointText(at);
      if (json) write(JSON.stringify({ type: 'frontend', address, port, listen: where }));
      else write(`FRONTEND ${endpointText({ host: address, port })} ${where ?? 'closed'}`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    notSaved: ({ message }) => void process.stderr.write(`cannot save the configuration: ${message}\n`),
  };
}
