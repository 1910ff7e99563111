/**
 * Flags of Node in the image. They save memory in a process that waits most of the time (test/bench/forwarder.ts).
 */
export const NODE_FLAGS: readonly string[] = [
  // The garbage of lists and watches is collected early, before the heap grows.
  '--optimize-for-size',
  // The forwarder calls `gc` after each page of a list and each event of a snapshot.
  '--expose-gc',
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  // Compiled code stays in memory for ever, and saves only seconds of the first list.
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
];

/** Environment of Node in the image: glibc's allocator uses one arena and returns freed memory to the system. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '32768',
};
