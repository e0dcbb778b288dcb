import { nameOf, socketCells } from '../../support/cells.ts';
import { driverOf } from '../drivers/index.ts';
import { reportCrashes } from '../rows.ts';
import { rowsOf } from './play.ts';

const cell = socketCells('bare').find((cell) => nameOf(cell) === process.argv[2])!;
await reportCrashes(rowsOf(cell, driverOf(cell)));
