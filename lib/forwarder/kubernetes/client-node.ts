// The only name that is used of a package of 15 MB: a bundler that meets the package itself behind `import()` has to keep
// all of it.
export { KubeConfig } from '@kubernetes/client-node';
