import type { CaseStep, TlsRequest } from './case.ts';

/** Describes a step, for reports. */
export function stepInWords(step: CaseStep): string {
  switch (step.kind) {
    case 'apply':
    case 'remove': {
      const names = step.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      return `${step.kind} ${names.join(', ')}`;
    }
    case 'tls':
      return `${connection(step.request)}: ${typeof step.answer === 'string' ? step.answer : `answer of ${step.answer.backends.join(' or ')}`}`;
    case 'raw':
      return `bytes of ${step.request.name}: end of the connection`;
    case 'http':
      return `http://${step.host}${step.path}: ${step.answer === undefined ? 'no answer' : step.answer.status}`;
    case 'address':
      return `status of Ingress ${step.ingress}: ${step.addresses.join(', ') || 'no address'}`;
    case 'reason':
      return `Ingress ${step.ingress} is told ${step.reason}`;
    case 'open':
      return `open connection to ${step.host}`;
    case 'alive':
      return `answer of ${step.backend} over the open connection`;
    case 'spread':
      return `connections to ${step.host}: ${step.backends.join(', ')}`;
  }
}

function connection({ host, port, client = 'node', ...rest }: TlsRequest): string {
  const more = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const where = `${host ?? 'no server name'}${port === undefined ? '' : `, port ${port}`}`;
  return [`${client} to ${where}`, ...more].join(', ');
}
