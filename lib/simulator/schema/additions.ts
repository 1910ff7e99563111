import { laterTypes } from './later-types.ts';
import type { ResourceText } from './resource.ts';

const bindingOf = (key: string): ResourceText => ({
  key,
  operations: 'get-all get-byname count',
  attributes: { [key]: 'str' },
});

const flags = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, 'str']));

const noDefaultBindings = { attributes: { nodefaultbindings: 'str add =NO|YES' } };

/**
 * Resources that the vendor's machine-readable schema lacks: types that only its client library has, arguments that
 * only its documents name, and flags. Merged over `resources.json`.
 */
export const additions: Readonly<Record<string, Partial<ResourceText>>> = {
  login: {
    key: '',
    operations: 'add',
    attributes: {
      username: 'str add',
      password: 'str add',
      timeout: 'int add',
      new_password: 'str add',
      ID: 'str add',
      Secret: 'str add',
    },
    singleton: true,
  },
  logout: { key: '', operations: 'add', attributes: { sessionid: 'str add' }, singleton: true },
  csvserver_binding: bindingOf('name'),
  lbvserver_binding: bindingOf('name'),
  policydataset_binding: bindingOf('name'),
  policypatset_binding: bindingOf('name'),
  policystringmap_binding: bindingOf('name'),
  server_binding: bindingOf('name'),
  service_binding: bindingOf('name'),
  servicegroup_binding: {
    key: 'servicegroupname',
    operations: 'get-all get-byname count delete',
    deleteArgs: 'ip port servername',
    attributes: { servicegroupname: 'str', ip: 'str', port: 'int', servername: 'str' },
  },
  sslcertkey_binding: bindingOf('certkey'),
  sslpolicy_binding: bindingOf('name'),
  responderpolicy_binding: bindingOf('name'),
  cspolicy_binding: bindingOf('policyname'),
  sslvserver_binding: bindingOf('vservername'),
  systemuser_binding: bindingOf('username'),
  server_servicegroup_binding: bindingOf('name'),
  server_service_binding: bindingOf('name'),
  sslcertkey_sslvserver_binding: bindingOf('certkey'),
  sslpolicy_sslvserver_binding: bindingOf('name'),
  responderpolicy_csvserver_binding: bindingOf('name'),
  responderpolicy_lbvserver_binding: bindingOf('name'),
  cspolicy_csvserver_binding: bindingOf('policyname'),
  lbmonbindings: bindingOf('monitorname'),
  servicegroupbindings: bindingOf('servicegroupname'),
  servicegroup_servicegroupmemberlist_binding: {
    key: 'servicegroupname',
    operations: 'add delete',
    attributes: { servicegroupname: 'str add', members: 'list add', failedmembers: 'list' },
  },
  lbvserver: noDefaultBindings,
  csvserver: noDefaultBindings,
  servicegroup: noDefaultBindings,
  hasync: { key: '', operations: 'Force', attributes: { force: 'bool', save: 'str' }, singleton: true },
  nsversion: {
    key: '',
    operations: 'get',
    attributes: { installedversion: 'bool' },
    readOnly: flags('version', 'mode'),
    singleton: true,
  },
  nshardware: {
    key: '',
    operations: 'get',
    attributes: {},
    readOnly: flags(
      'hwdescription',
      'sysid',
      'host',
      'hostid',
      'serialno',
      'encodedserialno',
      'netscaleruuid',
      'cpufrequncy',
    ),
    singleton: true,
  },
  nslicense: {
    key: '',
    operations: 'get',
    attributes: {},
    readOnly: flags('lb', 'cs', 'ssl', 'responder', 'modelid'),
    singleton: true,
  },
  nsrunningconfig: {
    key: '',
    operations: 'get',
    attributes: { withdefaults: 'bool' },
    readOnly: flags('response'),
    singleton: true,
  },
  nssavedconfig: { key: '', operations: 'get', attributes: {}, readOnly: flags('textblob'), singleton: true },
  ...laterTypes,
};
