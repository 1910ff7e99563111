// Re-exports the only name that is used of a package of 15 MB: a bundler that finds the package itself behind `import()`
// keeps all of it.
export { KubeConfig } from '@kubernetes/client-node';
