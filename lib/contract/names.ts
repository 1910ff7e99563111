import * as z from 'zod/mini';

/** Names as Kubernetes has them: whatever else an event says of whom would shift the fields of rows and marks. */

/** RFC 1123 label: namespaces, Services, and names of ports. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** RFC 1123 subdomain: Ingresses. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export const Namespace = z.string().check(z.regex(LABEL));
export const IngressName = z.string().check(z.maxLength(253), z.regex(SUBDOMAIN));
/** UID of a namespace; a local folder has one of its own. */
export const ClusterUid = z.string().check(z.regex(/^[A-Za-z0-9._-]{0,253}$/));

/** Whether a Service, or a port of one, can have this name at all. */
export const isLabel = (name: string): boolean => LABEL.test(name);
