import fc from 'fast-check';

// That a property fails is enough to know: the smallest example of a mutant interests nobody. The same cases for all
// mutants, so that two runs can be compared, and not many of them: thousands of mutants meet them.
fc.configureGlobal({ endOnFailure: true, numRuns: 25, seed: 20_260_101 });
