import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newConfiguration } from '../../../../lib/cli/init/configuration-text.ts';
import type { Answers, ApplianceEntry } from '../../../../lib/cli/init/entry.ts';
import { type InterviewContext, interview } from '../../../../lib/cli/init/interview.ts';
import { Cancelled, type Prompter } from '../../../../lib/cli/init/prompter.ts';
import type { SeenAppliance } from '../../../../lib/cli/init/proposal.ts';
import { listText, ownershipsText } from '../../../../lib/cli/init/written-lists.ts';
import { ApplianceConfig } from '../../../../lib/config/appliances.ts';
import { parseAppliances } from '../../../../lib/config/yaml.ts';
import { entries } from './entries.ts';

/** Beginning of a question → its answer; undefined accepts the proposal. */
type Script = Readonly<Record<string, string | boolean>>;

/** A person who answers as a script says, and accepts every other proposal. */
function person(script: Script): { prompter: Prompter; asked: string[]; refused: string[] } {
  const [asked, refused]: [string[], string[]] = [[], []];
  const answerTo = (message: string): string | boolean | undefined => {
    asked.push(message);
    const key = Object.keys(script).find((beginning) => message.startsWith(beginning));
    return key === undefined ? undefined : script[key];
  };
  const prompter: Prompter = {
    text: async ({ message, initial, problem }) => {
      const text = answerTo(message) ?? initial;
      const why = problem(String(text));
      if (why !== undefined) {
        refused.push(`${message}: ${why}`);
        throw new Cancelled();
      }
      return String(text);
    },
    choose: async ({ message, options, initial }) =>
      options.find(({ value }) => value === answerTo(message))?.value ?? initial,
    confirm: async (message, initial) => (answerTo(message) as boolean | undefined) ?? initial,
    note: (text) => asked.push(text),
  };
  return { prompter, asked, refused };
}

const run = (script: Script, more: Partial<InterviewContext> = {}, given: Answers = {}) => {
  const who = person(script);
  const looked: Answers[] = [];
  const look = async (answers: Answers) => {
    looked.push(answers);
    return undefined;
  };
  const answers = interview(given, {
    prompter: who.prompter,
    others: [],
    variables: false,
    caProblem: () => undefined,
    look,
    ...more,
  });
  return { ...who, looked, answers };
};

/** Returns the script of a person who wants an entry. */
function scriptOf({ tls, credentials, console: proxy, ...entry }: ApplianceEntry): Script {
  const [[source = '', where = ''] = []] = Object.entries(credentials);
  const [[field = '', instance = ''] = []] = Object.entries(proxy ?? {});
  return {
    'Address of': listText(entry.endpoints),
    'What answers': proxy === undefined ? 'appliance' : 'console',
    'How does the Console': field,
    'The appliance behind': String(instance),
    'Where are user name': source,
    'Name or ARN': where,
    'Beginning of their names': where,
    'Path of the file': where,
    'Who signed': tls?.verify === false ? 'none' : tls?.ca === undefined ? 'public' : 'ca',
    'Without verification': true,
    'PEM file': tls?.ca ?? '',
    'Name in the certificate': tls?.serverName ?? '',
    'Name of the appliance': entry.name,
    'Clusters that': listText(entry.clusters),
    'Only these namespaces': listText(entry.namespaces ?? []),
    'VIP for': entry.defaultVip ?? '',
    'Ranges that a VIP': listText(entry.frontendIPs ?? []),
    'Ranges of the pods': listText(entry.memberNetworks ?? []),
    'Domains that': ownershipsText(entry.hostOwnership ?? []),
    'Prefix of': entry.systemId ?? '',
  };
}

describe('an interview', () => {
  it('every entry can be answered, and what init writes of it is that entry', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (entry) => {
        const { answers, refused } = run(scriptOf(entry));
        const written = newConfiguration((await answers) as ApplianceEntry);
        expect(refused).toEqual([]);
        const secure = entry.endpoints.some((endpoint) => endpoint.startsWith('https:'));
        const { tls, ...rest } = entry;
        const meant = secure ? entry : rest;
        expect(parseAppliances(written, 'appliances.yml')).toEqual([ApplianceConfig.parse(meant)]);
      }),
    );
  });

  it('the least: one address and one cluster, and Enter for the rest', async () => {
    const { answers } = run({ 'Address of': 'https://vpx.example.com', 'Clusters that': 'prod' });
    expect(await answers).toEqual({
      endpoints: ['https://vpx.example.com'],
      credentials: { secret: 'nspass/vpx' },
      name: 'vpx',
      clusters: ['prod'],
    });
  });

  it('the appliance is asked once, when it is known how; what it says becomes proposals', async () => {
    const seen: SeenAppliance = {
      nodes: [
        { name: 'ns1', address: '10.0.0.5' },
        { name: 'ns2', address: '10.0.0.6' },
      ],
      vips: ['192.0.2.10'],
      otherVips: [],
      clusters: ['prod-eu'],
    };
    const looked: Answers[] = [];
    const { answers } = run(
      { 'Address of': 'https://10.0.0.5' },
      {
        look: async (known) => {
          looked.push(known);
          return seen;
        },
      },
    );
    expect(await answers).toMatchObject({
      endpoints: ['https://10.0.0.5', 'https://10.0.0.6'],
      name: 'ns1',
      clusters: ['prod-eu'],
      defaultVip: '192.0.2.10',
      frontendIPs: ['192.0.2.10'],
    });
    expect(looked).toEqual([{ endpoints: ['https://10.0.0.5'], credentials: { secret: 'nspass/edge' } }]);
  });

  it('what flags give is not asked', async () => {
    const given: Answers = {
      endpoints: ['https://10.0.0.5'],
      credentials: { environment: 'LAB' },
      tls: { ca: 'ca.pem' },
      name: 'lab',
      clusters: ['prod'],
      namespaces: ['shop'],
      defaultVip: '192.0.2.1',
      frontendIPs: ['192.0.2.1'],
      memberNetworks: ['10.0.0.0/8'],
      hostOwnership: [],
      systemId: 'lab',
    };
    const { answers, asked } = run({}, {}, given);
    expect(await answers).toEqual(given);
    expect(asked).toEqual([]);
  });

  it('verification is only off after a second question, whose answer is no', async () => {
    const script = { 'Address of': 'https://10.0.0.5', 'Clusters that': 'prod' };
    const sure = run({ ...script, 'Who signed': 'none', 'Without verification': true });
    expect((await sure.answers).tls).toEqual({ verify: false });
    let times = 0;
    const hesitant = person({ ...script, 'Who signed': 'none' }).prompter;
    const answers = await run(script, {
      prompter: {
        ...hesitant,
        confirm: async (message, initial) => {
          times += 1;
          expect([message.startsWith('Without verification'), initial]).toEqual([true, false]);
          return times > 1;
        },
      },
    }).answers;
    expect([times, answers.tls]).toEqual([2, { verify: false }]);
  });

  it.each([
    ['Address of', 'https://nsroot:secret@10.0.0.5', 'entry 1: holds a user name or password'],
    ['Address of', '10.0.0.5', 'entry 1: is not a URL'],
    ['Address of', '', 'Needed, such as https://10.0.0.5'],
    ['Address of', 'https://a https://b https://c', 'expected one address, or the two members'],
    ['Name of the appliance', 'Edge', 'lower-case letters'],
    ['Name of the appliance', 'core', 'two appliances have the name "core"'],
    ['Clusters that', 'prod_eu', 'entry 1: lower-case letters'],
    ['VIP for', '127.0.0.1', 'A front end cannot have a loopback address'],
    ['Ranges that a VIP', '198.51.100.0/24', 'the default VIP 192.0.2.1 is in none of the ranges'],
    ['Ranges of the pods', '10.0.0.0/33', 'entry 1: "10.0.0.0/33" has a prefix of more than 32 bits'],
    ['Domains that', 'shop.example.com', 'Expected the form shop.example.com=shop'],
    ['Domains that', 'shop.example.com=', 'entry 1.namespaces: '],
    ['Prefix of', 'http', 'not the beginning of a word of the policy language'],
  ])('%s… %j → %s', async (beginning, text, why) => {
    const core = { name: 'core', clusters: ['x'], endpoints: ['https://a'], credentials: { secret: 's' } };
    const script = { 'Address of': 'https://10.0.0.5', 'Clusters that': 'prod', 'VIP for': '192.0.2.1' };
    const { answers, refused } = run({ ...script, [beginning]: text }, { others: [core] });
    await expect(answers).rejects.toThrow(Cancelled);
    expect(refused).toEqual([expect.stringContaining(why)]);
    if (text.includes('secret')) expect(refused.join()).not.toContain('secret');
  });

  it('a password typed as the name of its variables is refused, and not repeated', async () => {
    const script = { 'Address of': 'https://10.0.0.5', 'Where are user': 'environment' };
    const { answers, refused } = run({ ...script, 'Beginning of their names': 'pa$$word!' });
    await expect(answers).rejects.toThrow(Cancelled);
    expect(refused).toEqual([expect.stringContaining('environment: expected the beginning of the names')]);
    expect(refused.join()).not.toContain('pa$$word!');
  });

  it('a file that is no certificate is refused where it is named', async () => {
    const script = { 'Address of': 'https://10.0.0.5', 'Who signed': 'ca', 'PEM file': 'key.pem' };
    const { answers, refused } = run(script, { caProblem: (path) => `${path} is not a certificate` });
    await expect(answers).rejects.toThrow(Cancelled);
    expect(refused).toEqual([expect.stringContaining('key.pem is not a certificate')]);
  });
});
