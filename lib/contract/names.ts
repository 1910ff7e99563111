import * as z from 'zod/mini';

/** Names as Kubernetes admits them. Other characters would shift the fields of rows and marks. */

/** Matches cluster names. They are short, because they share 255-byte rows on the appliance with other names. */
export const CLUSTER_NAME = /^[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?$/;

/** RFC 1123 label: namespaces, Services, and names of ports. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** RFC 1123 subdomain: Ingresses. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Name of a cluster in events and ledger. */
export const ClusterName = z.string().check(z.regex(CLUSTER_NAME));
/** Name of an appliance in the configuration. */
export const ApplianceName = z.string().check(z.minLength(1), z.maxLength(63));

export const Namespace = z.string().check(z.regex(LABEL));
export const IngressName = z.string().check(z.maxLength(253), z.regex(SUBDOMAIN));
/** Fields that name an object of a cluster. */
export const objectRef = { namespace: Namespace, name: IngressName };
const UID = /^[A-Za-z0-9._-]{1,253}$/;

/** UID of a namespace; a local folder has its own. */
export const ClusterUid = z.string().check(z.regex(/^[A-Za-z0-9._-]{0,253}$/));
/** UID of an Ingress. */
export const IngressUid = z.string().check(z.regex(UID));

/** Returns whether a value can be the UID of an object. Outcomes repeat it. */
export const isUid = (value: unknown): value is string => typeof value === 'string' && UID.test(value);

/** Returns whether Kubernetes admits this name for a Service or a port. */
export const isLabel = (name: string): boolean => LABEL.test(name);

/** Returns whether Kubernetes admits this name for most objects. */
export const isSubdomain = (name: string): boolean => name.length <= 253 && SUBDOMAIN.test(name);
