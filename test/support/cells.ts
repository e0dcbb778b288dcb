import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../overlays/cartesia/index.ts';
import { formatOf, supportedVersions, type Target, targets } from '../../overlays/cartesia/targets.ts';
import type { SocketCell } from '../contract/driver.ts';
import { barePackage, type Delivery, isOverlaid, packageOf } from './sdk.ts';

const require = createRequire(import.meta.url);

/** Clients and their parts make connections and are none; test/requests drives them. */
const clients = new Set<Target['family']>([
  'client',
  'resource-client',
  'compat-client',
  'nested-client',
  'nested-speaker',
]);

/** Classes of connections: a family that is new is one, until it is named above. */
export const socketTargets: readonly Target[] = targets.filter(({ family }) => !clients.has(family));

/** Every version × class × module format, in this order; the deliveries are up to the caller. */
export function socketCells(delivery: Delivery): SocketCell[] {
  return supportedVersions.flatMap((version) =>
    socketTargets
      .filter(({ versions }) => versions.includes(version))
      .flatMap((target) => cellsOf(target, version, delivery)),
  );
}

function cellsOf(target: Target, version: string, delivery: Delivery): SocketCell[] {
  return [
    ...target.builds.map((build): SocketCell => ({ target, version, delivery, format: formatOf(target, build) })),
    ...(target.broken ?? []).map(
      ({ format, why }): SocketCell => ({
        target,
        version,
        delivery,
        format: format === 'CommonJS' ? 'cjs' : 'esm',
        broken: why,
      }),
    ),
  ];
}

export function nameOf({ version, target, format, delivery }: SocketCell): string {
  return `${version} ${target.className} ${format} ${delivery}`;
}

/** Its file name extension in this cell. */
function extensionOf({ target, format }: SocketCell): string {
  const build = target.builds.find((build) => formatOf(target, build) === format);
  // A build that is published broken: by the name that it has nowhere else.
  return build ?? (format === 'cjs' ? 'cjs' : 'mjs');
}

/** Loads a module of the cell's SDK. @param file relative to the package, without extension */
export async function loadModule<T>(cell: SocketCell, file: string): Promise<T> {
  const path = join(packageOf(cell), `${file}.${extensionOf(cell)}`);
  return (cell.format === 'cjs' ? require(path) : await import(/* @vite-ignore */ pathToFileURL(path).href)) as T;
}

const overlaid = new WeakSet<object>();

/** Overlays a class or client where the delivery says so; once, however many lines there are. */
export function deliver({ delivery }: SocketCell, target: object): void {
  if (!isOverlaid(delivery)) return;
  if (!overlaid.has(target)) overlay(target);
  overlaid.add(target);
}

const digests = new Map<string, string>();

function digest({ target, version }: SocketCell, modules: readonly string[]): string {
  const key = `${version} ${target.className}`;
  let made = digests.get(key);
  if (made === undefined) {
    const hash = createHash('sha256').update(target.className);
    for (const module of [target.module, ...modules]) {
      for (const build of target.builds) hash.update(readFileSync(join(barePackage(version), `${module}.${build}`)));
    }
    made = hash.digest('hex');
    digests.set(key, made);
  }
  return made;
}

/** Every cell plays everything: `npm run test:full`. */
const full = process.env.HANGUP_FULL === '1';

/**
 * Whether this run plays the cell. Outside a full run, versions whose files are byte for byte the same share one run, on the
 * newest of them; patch and overlay together are tried on the newest version only.
 *
 * @param modules besides the target's own, that decide how the class behaves
 */
export function isPlayed(cell: SocketCell, modules: readonly string[]): boolean {
  if (full) return true;
  const versions = socketTargets
    .filter(({ className }) => className === cell.target.className)
    .flatMap((target) => target.versions.map((version) => ({ ...cell, target, version })))
    .sort((a, b) => supportedVersions.indexOf(a.version) - supportedVersions.indexOf(b.version));
  const same = versions.filter((other) => cell.delivery === 'both' || digest(other, modules) === digest(cell, modules));
  return same.at(-1)!.version === cell.version;
}
