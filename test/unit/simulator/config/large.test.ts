import { expect, it } from 'vitest';
import { Configuration } from '../../../../lib/simulator/config/configuration.ts';
import { runningConfig } from '../../../../lib/simulator/config/write.ts';

const ROWS = 150_000;

it('a configuration may have more lines than a call may have arguments', () => {
  const configuration = new Configuration(
    '192.0.2.1',
    () => {},
    () => {},
  );
  for (let index = 0; index < ROWS; index += 1) {
    const name = `s${index}`;
    configuration.root.put('server', name, { name, ipaddress: '10.0.0.1' });
  }
  const lines = runningConfig(configuration, '14.1-51.80').split('\n');
  expect(lines.filter((line) => line.startsWith('add server s')).length).toBe(ROWS);
});
