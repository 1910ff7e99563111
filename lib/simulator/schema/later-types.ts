import type { ResourceText } from './resource.ts';

const each = (names: string, text: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, text]));

const settable = 'add update unset';
const onOff = `str ${settable} =DISABLED|ENABLED`;
const ofProfile = 'str update unset =DISABLED|ENABLED';

/** Returns the flag, the operator and the value of something that an extended ACL compares. */
const compared = (name: string): Record<string, string> => ({
  [name]: `bool ${settable}`,
  [`${name}op`]: `str ${settable} ==|!=|EQ|NEQ`,
  [`${name}val`]: `str ${settable}`,
});

/**
 * Types that other clients need and the machine-readable schema does not contain. Written from memory of the vendor's
 * NITRO reference, not copied from it: (V) for each attribute and choice.
 */
export const laterTypes: Readonly<Record<string, ResourceText>> = {
  nsacl: {
    key: 'aclname',
    operations: 'add update unset delete enable disable rename get-all get-byname count',
    deleteArgs: 'type',
    attributes: {
      aclname: 'str add',
      aclaction: 'str add update =BRIDGE|DENY|ALLOW',
      ...compared('srcip'),
      ...compared('srcport'),
      ...compared('destip'),
      ...compared('destport'),
      ...each(
        'srcipdataset srcportdataset destipdataset destportdataset srcmac srcmacmask interface',
        `str ${settable}`,
      ),
      protocol: `str ${settable}`,
      ...each('protocolnumber vlan vxlan icmptype icmpcode priority ratelimit nodeid', `int ${settable}`),
      ...each('td ttl', 'int add'),
      established: `bool ${settable}`,
      state: 'str add =DISABLED|ENABLED',
      logstate: onOff,
      stateful: `str ${settable} =NO|YES`,
      type: 'str add =CLASSIC|DFD',
      dfdhash: `str ${settable}`,
      newname: 'str',
    },
    readOnly: each('hits kernelstate aclassociate aclchildcount', 'str'),
  },
  nsacls: { key: '', operations: 'apply clear renumber', attributes: { type: 'str =CLASSIC|DFD' }, singleton: true },
  nshttpprofile: {
    key: 'name',
    operations: 'add update unset delete get-all get-byname count',
    attributes: {
      name: 'str add',
      ...each(
        'dropinvalreqs markhttp09inval markconnreqinval marktracereqinval markrfc7230noncompliantinval markhttpheaderextrawserror cmponpush conmultiplex dropextracrlf websocket rtsptunnel adpttimeout dropextradata weblog persistentetag http2 http2direct http2strictcipher http2altsvcframe altsvc http3 http3webtransport grpclengthdelimitation allowonlywordcharactersandhyphen hostheadervalidation passprotocolupgrade proxyprotocol',
        onOff,
      ),
      ...each(
        'maxreusepool incomphdrdelay reqtimeout maxreq minreusepool reusepooltimeout maxheaderlen maxheaderfieldlen maxduplicateheaderfields http2maxconcurrentstreams http2initialconnwindowsize http2initialwindowsize http2maxframesize http2minseverconn http2maxheaderlistsize http2maxpingframespermin http2maxsettingsframespermin http2maxresetframespermin http2maxemptyframespermin http2maxrxresetframespermin http2headertablesize http3maxheaderfieldsectionsize http3maxheadertablesize http3maxheaderblockedstreams grpcholdlimit grpcholdtimeout apdexcltresptimethreshold httppipelinebuffsize',
        `int ${settable}`,
      ),
      ...each('clientiphdrexpr reqtimeoutaction apdexsvrresptimethreshold altsvcvalue', `str ${settable}`),
      spdy: `str ${settable} =DISABLED|ENABLED|V2|V3`,
    },
    readOnly: each('refcnt builtin feature apdexsvrresptimethreshold', 'str'),
  },
  policydataset: {
    key: 'name',
    operations: 'add delete get-all get-byname count',
    attributes: {
      name: 'str add',
      type: 'str add =ipv4|number|ipv6|ulong|double|mac',
      comment: 'str add',
      patsetfile: 'str add',
    },
    readOnly: each('description', 'str'),
  },
  policydataset_value_binding: {
    key: 'name',
    operations: 'add delete get-all get-byname count',
    deleteArgs: 'value endrange',
    attributes: {
      name: 'str add',
      value: 'str add',
      endrange: 'str add',
      index: 'int add',
      comment: 'str add',
    },
  },
  svcbindings: { key: 'servicename', operations: 'get-byname count', attributes: { servicename: 'str' } },
  sslvserver_sslciphersuite_binding: {
    key: 'vservername',
    operations: 'add delete get-all get-byname count',
    deleteArgs: 'ciphername',
    attributes: { vservername: 'str add', ciphername: 'str add' },
    readOnly: each('description cipheraliasname', 'str'),
  },
  sslservicegroup: {
    key: 'servicegroupname',
    operations: 'update unset get-all get-byname count',
    attributes: {
      servicegroupname: 'str update',
      ...each('sslprofile commonname', 'str update unset'),
      ...each(
        'sessreuse ssl3 tls1 tls11 tls12 tls13 snienable ocspstapling serverauth strictsigdigestcheck sslclientlogs',
        ofProfile,
      ),
      sendclosenotify: 'str update unset =NO|YES',
      sesstimeout: 'int update unset',
    },
    readOnly: each(
      'dh ersa cipherredirect sslv2redirect clientauth sslredirect redirectportrewrite nonfipsciphers ssl2',
      'str',
    ),
  },
  sslservicegroup_binding: {
    key: 'servicegroupname',
    operations: 'get-all get-byname count',
    attributes: { servicegroupname: 'str' },
  },
  sslservicegroup_sslcertkey_binding: {
    key: 'servicegroupname',
    operations: 'add delete get-all get-byname count',
    deleteArgs: 'certkeyname ca crlcheck ocspcheck snicert',
    attributes: {
      servicegroupname: 'str add',
      certkeyname: 'str add',
      ...each('ca snicert', 'bool add'),
      ...each('crlcheck ocspcheck', 'str add =Mandatory|Optional'),
    },
  },
};
