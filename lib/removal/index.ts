export { planRemoval, removeEverything } from './removal.ts';
export { type ServedTraffic, servedHosts } from './served-hosts.ts';
