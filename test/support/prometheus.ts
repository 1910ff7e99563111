/** Metrics as a scraper reads them. */
export interface Series {
  /** Returns the sum of a metric over the series with these labels. @throws {Error} where there is none. */
  sum(name: string, labels: Readonly<Record<string, string>>): number;
  /** Returns a label of the only series of a metric with these labels. */
  label(name: string, labels: Readonly<Record<string, string>>, label: string): string;
  names(): string[];
}

const SAMPLE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/** Parses the text format 0.0.4. @throws {Error} for a line that is not of it. */
export function parseMetrics(text: string): Series {
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const found = SAMPLE.exec(line);
      if (found === null) throw new Error(`no sample: ${line}`);
      const [, name = '', labels = '', value = ''] = found;
      const pairs = [...labels.matchAll(LABEL)].map(([, key = '', quoted = '']) => [
        key,
        quoted.replaceAll(/\\(.)/g, (_, character: string) => ESCAPED[character] ?? character),
      ]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
  const find = (name: string, labels: Readonly<Record<string, string>>) => {
    const wanted = Object.entries(labels);
    const found = samples.filter((each) => each.name === name && wanted.every(([key, is]) => each.labels[key] === is));
    if (found.length === 0) throw new Error(`no ${name} ${JSON.stringify(labels)}`);
    return found;
  };
  return {
    sum: (name, labels) => find(name, labels).reduce((sum, { value }) => sum + value, 0),
    label(name, labels, label) {
      const found = find(name, labels);
      if (found.length > 1) throw new Error(`several ${name} ${JSON.stringify(labels)}`);
      return found[0]?.labels[label] ?? '';
    },
    names: () => [...new Set(samples.map(({ name }) => name))],
  };
}
