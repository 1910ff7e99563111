/**
 * How Node runs in the image: with little memory, for a process that waits most of the time. Measured by
 * test/bench/forwarder.ts at 10,000 Ingresses: 100 to 110 MB at most, 170 MB without any of it.
 */
export const NODE_FLAGS: readonly string[] = [
  // The garbage of lists and watches is collected before it becomes a heap.
  '--optimize-for-size',
  // Called after each page of a list and each event of a snapshot.
  '--expose-gc',
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  // Optimized code is kept for ever and saves seconds of a list, once.
  '--no-opt',
  '--no-maglev',
];

/** The allocator of glibc: one arena, and what is freed goes back. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '32768',
};
