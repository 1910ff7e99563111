/**
 * Lists the attributes of appliance objects that an Ingress may set (VAL-13), from NITRO's reference. The objects carry
 * TLS unopened: a load-balancing server and service group of type TCP, and a content-switching server whose policies
 * run before any decryption.
 */

/** The values that an attribute accepts. */
export type AttributeType =
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      /** Values that the appliance accepts, but that break passthrough. */
      readonly breaking: readonly string[];
    }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'mask' }
  | { readonly kind: 'codes' }
  | { readonly kind: 'name' }
  | { readonly kind: 'text' };

export interface Attribute {
  readonly type: AttributeType;
  /** Allowed where the operator has no allow-list for the object. */
  readonly safe: boolean;
}

export const OBJECTS = ['csvserver', 'lbvserver', 'monitor', 'servicegroup'] as const;
export type ObjectName = (typeof OBJECTS)[number];

const safe = (type: AttributeType): Attribute => ({ type, safe: true });
const onRequest = (type: AttributeType): Attribute => ({ type, safe: false });
const choice = (choices: string, breaking?: string): AttributeType => ({
  kind: 'choice',
  choices: choices.split(' '),
  breaking: breaking?.split(' ') ?? [],
});
const number = (min: number, max: number): AttributeType => ({ kind: 'number', min, max });

const YES_NO = choice('NO YES');
const ON_OFF = choice('OFF ON');
const ENABLED_DISABLED = choice('DISABLED ENABLED');
const ACTIVE_PASSIVE = choice('ACTIVE PASSIVE');
const UNITS = choice('MIN MSEC SEC');
const SPILLOVER_METHODS = choice('BANDWIDTH CONNECTION DYNAMICCONNECTION HEALTH NONE');
const SPILLOVER_ACTIONS = choice('ACCEPT DROP', 'REDIRECT');
const IDLE_SECONDS = number(0, 31_536_000);
const MINUTES = number(2, 1440);
const UINT32 = number(0, 4_294_967_294);

/** Limits of connections, beyond which new ones are dropped. @param rule whose connections one Ingress may limit. */
const spillover = (rule: (type: AttributeType) => Attribute) => ({
  sobackupaction: rule(SPILLOVER_ACTIONS),
  somethod: rule(SPILLOVER_METHODS),
  sopersistence: rule(ENABLED_DISABLED),
  sopersistencetimeout: rule(MINUTES),
  sothreshold: rule(number(1, 4_294_967_287)),
});

const csvserver = {
  appflowlog: safe(ENABLED_DISABLED),
  clttimeout: safe(IDLE_SECONDS),
  icmpvsrresponse: safe(ACTIVE_PASSIVE),
  l2conn: safe(ON_OFF),
  netprofile: onRequest({ kind: 'name' }),
  rhistate: safe(ACTIVE_PASSIVE),
  // Other Ingresses share the front end: one must not limit the connections of all.
  ...spillover(onRequest),
};

const lbvserver = {
  appflowlog: safe(ENABLED_DISABLED),
  backuplbmethod: safe(
    choice('LEASTBANDWIDTH LEASTCONNECTION LEASTPACKETS LEASTRESPONSETIME ROUNDROBIN SOURCEIPHASH', 'CUSTOMLOAD'),
  ),
  clttimeout: safe(IDLE_SECONDS),
  connfailover: onRequest(choice('DISABLED STATEFUL STATELESS')),
  downstateflush: onRequest(ENABLED_DISABLED),
  hashlength: safe(number(1, 4096)),
  healththreshold: safe(number(0, 100)),
  lbmethod: safe(
    choice(
      'DESTINATIONIPHASH LEASTBANDWIDTH LEASTCONNECTION LEASTPACKETS LEASTRESPONSETIME LRTM ROUNDROBIN SOURCEIPHASH SRCIPDESTIPHASH SRCIPSRCPORTHASH',
      'AUDITLOGHASH CALLIDHASH CUSTOMLOAD DOMAINHASH LEASTREQUEST STATICPROXIMITY TOKEN URLHASH USER_TOKEN',
    ),
  ),
  lbprofilename: onRequest({ kind: 'name' }),
  netmask: safe({ kind: 'mask' }),
  netprofile: onRequest({ kind: 'name' }),
  newservicerequest: safe(UINT32),
  newservicerequestincrementinterval: safe(number(0, 3600)),
  newservicerequestunit: safe(choice('PERCENT PER_SECOND')),
  persistencetype: safe(
    choice(
      'DESTIP NONE SOURCEIP SRCIPDESTIP',
      'CALLID COOKIEINSERT CUSTOMSERVERID DIAMETER FIXSESSION RTSPSID RULE SSLSESSION URLPASSIVE USERSESSION',
    ),
  ),
  persistmask: safe({ kind: 'mask' }),
  tcpprofilename: onRequest({ kind: 'name' }),
  timeout: safe(number(0, 1440)),
  v6netmasklen: safe(number(1, 128)),
  v6persistmasklen: safe(number(1, 128)),
  ...spillover(safe),
};

const monitor = {
  action: safe(choice('DOWN LOG NONE')),
  alertretries: safe(number(0, 32)),
  customheaders: safe({ kind: 'text' }),
  destport: safe(number(1, 65_535)),
  deviation: safe(number(0, 20_939_000)),
  downtime: safe(number(1, 20_939_000)),
  failureretries: safe(number(0, 32)),
  httprequest: safe({ kind: 'text' }),
  interval: safe(number(1, 20_940_000)),
  lrtm: safe(ENABLED_DISABLED),
  netprofile: onRequest({ kind: 'name' }),
  recv: safe({ kind: 'text' }),
  // NITRO takes a list, but settings are single values, so only an operator's allow-list admits it.
  respcode: onRequest({ kind: 'codes' }),
  resptimeout: safe(number(1, 20_939_000)),
  resptimeoutthresh: safe(number(0, 100)),
  retries: safe(number(1, 127)),
  reverse: safe(YES_NO),
  secure: safe(YES_NO),
  send: safe({ kind: 'text' }),
  sslprofile: onRequest({ kind: 'name' }),
  successretries: safe(number(1, 32)),
  type: safe(
    choice(
      'HTTP HTTP-ECV HTTP2 PING TCP TCP-ECV',
      'APPC ARP CITRIX-AAC-LAS CITRIX-AAC-LOGINPAGE CITRIX-AG CITRIX-STA-SERVICE CITRIX-STA-SERVICE-NHOP CITRIX-WEB-INTERFACE CITRIX-WI-EXTENDED CITRIX-XD-DDC CITRIX-XDM CITRIX-XML-SERVICE CITRIX-XNC-ECV DIAMETER DNS DNS-TCP DTLS FTP FTP-EXTENDED HTTP-INLINE KAFKA-AUTODISCOVER LDAP LDNS-DNS LDNS-PING LDNS-TCP LOAD MQTT MSSQL-ECV MYSQL MYSQL-ECV ND6 NNTP ORACLE-ECV POP3 QUIC RADIUS RADIUS_ACCOUNTING RTSP SIP-TCP SIP-UDP SMPP SMTP SNMP STOREFRONT UDP-ECV USER',
    ),
  ),
  units1: safe(UNITS),
  units2: safe(UNITS),
  units3: safe(UNITS),
  units4: safe(UNITS),
};

const servicegroup = {
  appflowlog: safe(ENABLED_DISABLED),
  clttimeout: safe(IDLE_SECONDS),
  downstateflush: onRequest(ENABLED_DISABLED),
  healthmonitor: safe(YES_NO),
  maxbandwidth: safe(UINT32),
  maxclient: safe(UINT32),
  maxreq: safe(number(0, 65_535)),
  monconnectionclose: safe(choice('FIN RESET')),
  monthreshold: safe(number(0, 65_535)),
  netprofile: safe({ kind: 'name' }),
  sp: safe(ON_OFF),
  svrtimeout: safe(IDLE_SECONDS),
  tcpb: safe(YES_NO),
  tcpprofilename: onRequest({ kind: 'name' }),
  useproxyport: safe(YES_NO),
  usip: safe(YES_NO),
};

/** Attributes by object, then by name in lower case. */
export const ATTRIBUTES: Readonly<Record<ObjectName, ReadonlyMap<string, Attribute>>> = {
  csvserver: new Map(Object.entries(csvserver)),
  lbvserver: new Map(Object.entries(lbvserver)),
  monitor: new Map(Object.entries(monitor)),
  servicegroup: new Map(Object.entries(servicegroup)),
};

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Attributes of the appliance that break passthrough, or that this system sets. */
export const BREAKING: Readonly<Record<ObjectName, ReadonlySet<string>>> = {
  csvserver: names(
    'apiprofile authentication authenticationhost authn401 authnprofile authnvsname backupip backuppersistencetimeout backupvserver cacheable casesensitive comment cookiedomain cookiename cookietimeout dbprofilename disableprimaryondown dnsoverhttps dnsprofilename dnsrecordtype domainname downstateflush dtls httpprofilename httpsredirecturl insertvserveripport ipmask ippattern ipset ipv46 listenpolicy listenpriority mssqlserverversion mysqlcharacterset mysqlprotocolversion mysqlservercapabilities mysqlserverversion name newname oracleserverversion persistencebackup persistenceid persistencetype persistmask port precedence probeport probeprotocol probesuccessresponsecode push pushlabel pushmulticlients pushvserver quicprofilename range redirectfromport redirectportrewrite redirecturl rtspnat servicetype sitedomainttl state stateupdate targettype tcpprobeport tcpprofilename td timeout ttl v6persistmasklen vipheader',
  ),
  lbvserver: names(
    'adfsproxyprofile apiprofile authentication authenticationhost authn401 authnprofile authnvsname backuppersistencetimeout backupvserver bypassaaaa cacheable comment cookiename datalength dataoffset dbprofilename dbslb disableprimaryondown dns64 dnsoverhttps dnsprofilename httpprofilename httpsredirecturl icmpvsrresponse insertvserveripport ipmask ippattern ipset ipv46 l2conn listenpolicy listenpriority m macmoderetainvlan maxautoscalemembers minautoscalemembers mssqlserverversion mysqlcharacterset mysqlprotocolversion mysqlservercapabilities mysqlserverversion name newname oracleserverversion order orderthreshold persistavpno persistencebackup port probeport probeprotocol probesuccessresponsecode processlocal push pushlabel pushmulticlients pushvserver quicbridgeprofilename quicprofilename range recursionavailable redirectfromport redirectportrewrite redirurl redirurlflags resrule retainconnectionsoncluster rhistate rtspnat rule servicename servicetype sessionless skippersistency state tcpprobeport td toggleorder tosid trofspersistence vipheader weight',
  ),
  monitor: names(
    'acctapplicationid application attribute authapplicationid basedn binddn database destip dispatcherip dispatcherport domain evalrule filename filter firmwarerevision group grpchealthcheck grpcservicename grpcstatuscode hostipaddress hostname inbandsecurityid ipaddress iptunnel kcdaccount lasversion logonpointname maxforwards metric metrictable metricthreshold metricweight monitorname mqttclientidentifier mqttversion mssqlprotocolversion oraclesid originhost originrealm password productname query querytype radaccountsession radaccounttype radapn radframedip radkey radmsisdn radnasid radnasip rtsprequest scriptargs scriptname secondarypassword secureargs servicegroupname servicename sipmethod sipreguri sipuri sitepath snmpcommunity snmpoid snmpthreshold snmpversion sqlquery state storedb storefrontacctservice storefrontcheckbackendservices storename supportedvendorids tos tosid transparent trofscode trofsstring username validatecred vendorid vendorspecificacctapplicationids vendorspecificauthapplicationids vendorspecificvendorid',
  ),
  servicegroup: names(
    'autodelayedtrofs autodisabledelay autodisablegraceful autoscale bootstrap cacheable cachetype cip cipheader cka cmp comment customserverid dbsttl delay dup_weight graceful hashid httpprofilename includemembers memberport monitor_name_svc nameserver newname order pathmonitor pathmonitorindv port quicprofilename rtspsessionidremap serverid servername servicegroupname servicetype state td topicname weight',
  ),
};

/** Attributes of {@link BREAKING}, of any object, that this system sets: another value would be another object. */
export const SET_BY_SYSTEM: ReadonlySet<string> = names(
  'comment includemembers ipset ipv46 memberport monitorname name newname port servicegroupname servicename servicetype state td',
);

/** Maps an object and attribute to the remedy that names the annotation with the same effect. */
export const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['csvserver ipset', 'Write the annotation ingress.citrix.com/frontend-ipset-name.'],
  ['csvserver ipv46', 'Write the annotation ingress.citrix.com/frontend-ip.'],
  ['csvserver port', 'Write the annotation ingress.citrix.com/secure-port.'],
]);

/** Attributes of {@link BREAKING} that reject or authenticate clients: without them the host is open to all. */
export const RESTRICTING: ReadonlySet<string> = names(
  'authentication authenticationhost authn401 authnprofile authnvsname listenpolicy',
);
