import { describe, expect, it } from 'vitest';
import { ManifestSet } from '../../../../lib/forwarder/source/manifest-set.ts';
import { readManifests } from '../../../../lib/forwarder/source/manifests.ts';
import type { SourceProblem, SourceSink } from '../../../../lib/forwarder/source/source.ts';

const service = (name: string, port = 443): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: ${port}}]}\n---\n`;
const BROKEN = 'a: [\n---\n';

function setUp() {
  const set = new ManifestSet();
  let told: string[] = [];
  let problems: readonly SourceProblem[] = [];
  const sink: SourceSink = {
    upsert: ({ kind, metadata }) => told.push(`+ ${kind} ${metadata.name}`),
    remove: (kind, _, name) => told.push(`- ${kind} ${name}`),
    missing: (kind, objects) => told.push(`? ${kind} ${objects.map(({ name }) => name).join(' ')}`),
    synced: () => {},
    problems: (now) => {
      problems = now;
    },
  };
  return {
    set,
    problems: () => problems.map(({ file, line, message }) => `${file}:${line} ${message}`),
    write: (file: string, text: string) => set.read(file, readManifests(text, file)),
    told: (doubtful?: boolean) => {
      told = [];
      set.report(sink, [], doubtful);
      return told;
    },
  };
}

describe('ManifestSet', () => {
  it('tells differences only', () => {
    const { write, told, set } = setUp();
    write('a.yaml', service('a') + service('b'));
    expect(told()).toEqual(['+ Service a', '+ Service b']);
    write('a.yaml', service('a') + service('b', 8443));
    expect(told()).toEqual(['+ Service b']);
    write('a.yaml', service('b', 8443));
    expect(told()).toEqual(['- Service a']);
    set.delete('a.yaml');
    expect(told()).toEqual(['- Service b']);
    expect(set.files).toEqual([]);
  });

  it('LIF-6: says apart what another folder lacks: nobody deleted it', () => {
    const { write, told, set } = setUp();
    write('a.yaml', service('a') + service('b'));
    told();
    set.delete('a.yaml');
    expect(told(true)).toEqual(['? Service a b']);
    write('a.yaml', service('a'));
    expect(told()).toEqual(['+ Service a']);
  });

  it('does not see a move from one file to another', () => {
    const { write, told, set } = setUp();
    write('a.yaml', service('a'));
    told();
    write('b.yaml', service('a'));
    set.delete('a.yaml');
    expect(told()).toEqual([]);
  });

  it('takes the last file of the same object, names both, and falls back to the first', () => {
    const { write, told, set, problems } = setUp();
    write('b.yaml', service('a', 2));
    write('a.yaml', `\n${service('a', 1)}`);
    told();
    expect(problems()).toEqual([
      'a.yaml:2 Service default/a is also defined at b.yaml:1, which takes precedence: this definition has no effect',
    ]);
    set.delete('b.yaml');
    expect(told()).toEqual(['+ Service a']);
    expect(problems()).toEqual([]);
  });

  it('LIF-6: a file that turns unreadable keeps what it said, and says so, until it can be read or is deleted', () => {
    const { write, told, set, problems } = setUp();
    write('a.yaml', service('a') + service('b'));
    told();
    write('a.yaml', service('a', 8443) + BROKEN);
    expect(told()).toEqual(['+ Service a']);
    expect(problems()).toEqual([
      expect.stringMatching(/^a\.yaml:\d+ is not valid YAML/),
      'a.yaml:1 until it is readable again, its last content stays in force: Service default/b',
    ]);
    expect(set.complete).toBe(true);
    set.unreadable('a.yaml', 'cannot be read: EACCES');
    expect(told()).toEqual([]);
    write('a.yaml', service('a', 8443));
    expect(told()).toEqual(['- Service b']);
    expect(problems()).toEqual([]);
    write('a.yaml', BROKEN);
    expect(told()).toEqual([]);
    set.delete('a.yaml');
    expect(told()).toEqual(['- Service a']);
  });

  it('LIF-6: a file that was unreadable from the start may hide anything, until it was read once', () => {
    const { write, told, set } = setUp();
    write('a.yaml', service('a') + BROKEN);
    expect(told()).toEqual(['+ Service a']);
    expect(set.complete).toBe(false);
    write('a.yaml', service('a') + BROKEN + service('b'));
    expect(set.complete).toBe(false);
    write('a.yaml', service('a'));
    expect(set.complete).toBe(true);
    write('a.yaml', BROKEN);
    expect(set.complete).toBe(true);
  });

  it('a document that is no object hides nothing', () => {
    const { write, set } = setUp();
    write('values.yaml', 'replicas: 2\n');
    expect(set.complete).toBe(true);
  });

  it('shortens a long list of what is kept', () => {
    const { write, told, problems } = setUp();
    write('a.yaml', ['a', 'b', 'c', 'd', 'e'].map((name) => service(name)).join(''));
    told();
    write('a.yaml', BROKEN);
    told();
    expect(problems()[1]).toMatch(/Service default\/a, Service default\/b, Service default\/c and 2 more$/);
  });
});
