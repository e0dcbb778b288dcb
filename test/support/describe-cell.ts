import { describe } from 'vitest';
import type { CellName } from '../full/results.ts';
import { type NamedCell, nameOf } from './cells.ts';
import { sdkOfCell } from './sdk.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The cell that a suite is about. `npm run test:full` counts its tests for it. */
    cell?: CellName;
  }
}

/** A suite about one cell. Its tests run together with those of other cells. */
export function describeCell(cell: NamedCell & { broken?: string }, suite: () => void): void {
  const { version, target, format, delivery, broken } = cell;
  const name: CellName = { sdk: sdkOfCell(cell).name, version, class: target.className, format, delivery };
  if (broken !== undefined) name.broken = true;
  describe.concurrent(nameOf(cell), { meta: { cell: name } }, suite);
}
