export { planRemoval, type Removed, removeEverything } from './removal.ts';
export { type ServedTraffic, servedHosts } from './served-hosts.ts';
