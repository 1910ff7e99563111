import type { Finding } from '../contract/index.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { finding, quote } from './finding.ts';
import { portOf } from './frontend.ts';
import { quoteFixRemedy } from './quote-fix.ts';
import { readWord, TERMINATION } from './value-kind.ts';

interface InsecureResult {
  /** Port that answers with redirects; absent where nothing listens for plain HTTP. */
  readonly redirectPort?: number;
  readonly findings: readonly Finding[];
}

/** Returns how plain HTTP is answered (VAL-10, VAL-11). */
export function insecureTermination(annotations: ParsedAnnotations, securePort: number | undefined): InsecureResult {
  const port = portOf(annotations.get('insecure-port'), 80);
  const findings: Finding[] = typeof port === 'number' ? [] : [port];
  const termination = annotations.get('insecure-termination');
  if (termination === undefined) return { findings };
  const { key, path, value } = termination;
  switch (value.toLowerCase()) {
    case 'redirect':
      if (typeof port !== 'number') return { findings };
      if (port !== securePort) return { redirectPort: port, findings };
      findings.push(
        finding('PortInvalid', {
          message: `insecure-port and secure-port are both ${port}: the redirect is not programmed`,
          path: annotations.get('insecure-port')?.path ?? path,
          value: String(port),
          remedy: 'Choose two different ports.',
        }),
      );
      return { findings };
    case 'disallow':
      return { findings };
    case 'allow':
      findings.push(
        finding('InsecureAllowUnsupported', {
          message: `${key} is ${quote(value)}, which is treated as disallow${typeof port === 'number' ? `: port ${port} is not opened for this Ingress` : ''}`,
          path,
          value,
        }),
      );
      return { findings };
    default:
      findings.push(
        finding('InvalidAnnotation', {
          message: `${key} is ${quote(value)}, which is neither redirect nor disallow: it is treated as disallow`,
          path,
          value,
          remedy: 'Write redirect or disallow.',
          ...quoteFixRemedy(key, value, (text) => readWord(TERMINATION, text) !== undefined),
        }),
      );
      return { findings };
  }
}
