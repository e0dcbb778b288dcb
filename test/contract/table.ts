import { writeTables } from '../support/generated-tables.ts';
import { faults, promises, testsOf } from './promises.ts';

// CONTRACT.md's lists of tests, from the scenarios themselves.
for (const promise of promises()) writeTables('CONTRACT.md', promise, [testsOf(promise)], faults());
