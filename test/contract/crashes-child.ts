import { nameOf } from '../support/cells.ts';
import { cellsOf, rowsOf } from './play.ts';
import { reportCrashes } from './rows.ts';

await reportCrashes(rowsOf(cellsOf('bare').find((cell) => nameOf(cell) === process.argv[2])!));
