import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type Answers, missingFields } from '../../../../lib/cli/init/entry.ts';
import { answersOf, checkFlags, flagsOf, withInitFlags } from '../../../../lib/cli/init/flags.ts';
import { UsageError } from '../../../../lib/cli/usage.ts';

function parsed(...args: string[]): Answers {
  let answers: Answers = {};
  withInitFlags(new Command('init'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action((options) => {
      answers = answersOf(options);
    })
    .parse(args, { from: 'user' });
  return answers;
}

describe('flags of nspass init', () => {
  it('no flag is no answer', () => {
    expect(parsed()).toEqual({});
  });

  it('each question has a flag', () => {
    const all =
      '--nitro https://10.0.0.5 --nitro https://10.0.0.6 --console-ip 10.1.1.1 --secret nspass/edge --ca ca.pem --server-name vpx --name edge --cluster a --cluster b --namespace n --default-vip 192.0.2.1 --frontend-range 192.0.2.0/24 --member-network 10.0.0.0/8 --own a.b=c,d --own e.f=g --system-id lab';
    expect(parsed(...all.split(' '))).toEqual({
      endpoints: ['https://10.0.0.5', 'https://10.0.0.6'],
      console: { instanceIp: '10.1.1.1' },
      credentials: { secret: 'nspass/edge' },
      tls: { ca: 'ca.pem', serverName: 'vpx' },
      name: 'edge',
      clusters: ['a', 'b'],
      namespaces: ['n'],
      defaultVip: '192.0.2.1',
      frontendIPs: ['192.0.2.0/24'],
      memberNetworks: ['10.0.0.0/8'],
      hostOwnership: [
        { suffix: 'a.b', namespaces: ['c', 'd'] },
        { suffix: 'e.f', namespaces: ['g'] },
      ],
      systemId: 'lab',
    });
    expect(parsed('--insecure').tls).toEqual({ verify: false });
  });

  it.each([
    [['--nitro', 'https://nsroot:secret@10.0.0.5'], '--nitro holds a user name or password'],
    [['--cluster', 'Prod_1'], '--cluster: entry 1: lower-case letters'],
    [
      ['--secret', 'a', '--credentials-env', 'B'],
      '--secret, --credentials-env or --credentials-file: expected exactly one',
    ],
    [['--credentials-env', 'pa$$secret'], '--credentials-file: environment: expected the beginning of the names'],
    [
      ['--default-vip', '192.0.2.1', '--frontend-range', '10.0.0.0/8'],
      '--frontend-range: the default VIP 192.0.2.1 is in none',
    ],
    [['--ca', 'ca.pem', '--insecure'], '--ca has no effect with --insecure'],
    [['--console-ip', '10.1.1.1', '--console-name', 'x'], '--console-ip: expected exactly one of instanceIp'],
  ])('%j is refused, and no password is repeated', (args, message) => {
    const check = (): void => checkFlags(parsed(...args), []);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
    expect(check).not.toThrow(/secret@|\$secret/);
  });

  it('missing fields are named by their flags, the address first', () => {
    expect(flagsOf(missingFields({}))).toBe(
      '--nitro, --cluster, --name, --secret, --credentials-env or --credentials-file',
    );
  });
});
