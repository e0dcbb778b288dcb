import { reportCrashes } from '../contract/rows.ts';
import { nameOf } from '../support/cells.ts';
import { cellsOf, rowsOf } from './play.ts';

await reportCrashes(rowsOf(cellsOf('bare').find((cell) => nameOf(cell) === process.argv[2])!));
