/**
 * An outcome of the appliance `edge` about an object of the namespace `shop`, as the rule of the bus brings it to the queue.
 *
 * @param type CloudEvents type: `nspass.ingress.programmed.v1`.
 */
export const outcomeMessage = (detailType: string, type: string, data: { readonly name: string }): string =>
  JSON.stringify({
    id: 'x',
    source: 'nspass.functions',
    'detail-type': detailType,
    time: new Date().toISOString(),
    detail: {
      specversion: '1.0',
      id: `id-${Math.random()}`,
      source: '/nspass/functions/test',
      type,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: {
        cluster: 'test',
        appliance: 'edge',
        namespace: 'shop',
        // A time: what is older than the object is about another one of its name.
        sequence: Date.now(),
        programmed: [],
        removed: [],
        hosts: [],
        findings: [],
        changes: [],
        durationMs: 1,
        ...data,
      },
    },
  });
