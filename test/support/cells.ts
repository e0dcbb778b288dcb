import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { makeOverlay } from '../../overlays/overlay.ts';
import { type Sdk, type Target, targetsOf, versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import type { SocketCell } from '../contract/driver.ts';
import { type Cell, type Delivery, isOverlaid, packageOf, sdkOfCell } from './sdk.ts';

const require = createRequire(import.meta.url);

/** Every SDK × version × class of connections × module format, in this order. test/contract/clients drives clients and their parts. */
export function socketCells(delivery: Delivery): SocketCell[] {
  return sdks.flatMap((sdk) =>
    versionsOf(sdk).flatMap((version) =>
      targetsOf(sdk, version)
        .filter((target) => isConnection(sdk, target))
        .flatMap((target) => cellsOf({ sdk, target, version, delivery })),
    ),
  );
}

function isConnection({ kinds }: Sdk, { family }: Target): boolean {
  return kinds[family]!.role === 'connection';
}

function cellsOf(common: Omit<SocketCell, 'format' | 'broken'>): SocketCell[] {
  const { builds, broken = [] } = common.target;
  return [
    ...builds.map(({ format }): SocketCell => ({ ...common, format })),
    ...broken.map(({ format, why }): SocketCell => ({ ...common, format, broken: why })),
  ];
}

/** The parts of a cell's name. */
export type NamedCell = Cell & { target: Pick<Target, 'className'> };

export function nameOf(cell: NamedCell): string {
  const { version, target, format, delivery } = cell;
  return `${sdkOfCell(cell).name} ${version} ${target.className} ${format} ${delivery}`;
}

/** The module that defines the class of the cell, relative to its package. */
function moduleOf({ target, format }: SocketCell): string {
  return [...target.builds, ...(target.broken ?? [])].find((build) => build.format === format)!.file;
}

async function load<T>(cell: SocketCell, file: string): Promise<T> {
  if (isOverlaid(cell.delivery)) await loadOverlay(cell.sdk);
  const path = join(packageOf(cell), file);
  return (cell.format === 'cjs' ? require(path) : await import(/* @vite-ignore */ pathToFileURL(path).href)) as T;
}

/** Loads a module of the cell's SDK. @param file relative to the package, without extension */
export function loadModule<T>(cell: SocketCell, file: string): Promise<T> {
  return load(cell, `${file}${extname(moduleOf(cell))}`);
}

/** Loads the class of the cell. */
export async function loadClass<C>(cell: SocketCell): Promise<C> {
  const module = await load<Record<string, C>>(cell, moduleOf(cell));
  return (cell.target.isDefault ? module.default : (module[cell.target.className] ?? module.default)) as C;
}

type Overlay = ReturnType<typeof makeOverlay>;
/** Those that are loaded, by the name of their SDK. */
const overlays = new Map<string, Overlay>();

/** Loads the overlay of an SDK. A file of tests needs one of them, or none. */
export async function loadOverlay({ name }: Sdk): Promise<Overlay> {
  const { overlay } = (await import(`../../overlays/${name}/index.ts`)) as { overlay: Overlay };
  overlays.set(name, overlay);
  return overlay;
}

const overlaid = new WeakSet<object>();

/** Overlays a class or client where the delivery says so; once, however many lines there are. */
export function deliver({ sdk, delivery }: SocketCell, target: object): void {
  if (!isOverlaid(delivery) || overlaid.has(target)) return;
  // Loading the SDK of an overlaid cell has loaded its overlay.
  overlays.get(sdk.name)!(target);
  overlaid.add(target);
}
