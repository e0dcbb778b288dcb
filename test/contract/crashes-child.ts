// Plays what crashes the bare SDK of a cell: crashes-child.ts <folder of the suite> <name of the cell> [mended]
import { nameOf } from '../support/cells.ts';
import { reportCrashes } from './crashes.ts';
import type { SocketCell } from './driver.ts';
import { mend } from './mend.ts';
import { rowsOf } from './play.ts';
import { suites } from './suites.ts';

const [folder, name, mended] = process.argv.slice(2);
const isNamed = (cell: SocketCell) => nameOf(cell) === name;
const suite = suites.find((suite) => suite.folder === folder && suite.cells('bare').some(isNamed))!;
const cell = suite.cells('bare').find(isNamed)!;
if (mended !== undefined) await mend(cell);
await reportCrashes(rowsOf(suite, cell));
