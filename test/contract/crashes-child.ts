import { rowsOf } from './play.ts';
import { reportCrashes } from './rows.ts';

await reportCrashes(rowsOf({ version: process.argv[2]!, delivery: 'bare', format: 'cjs' }));
