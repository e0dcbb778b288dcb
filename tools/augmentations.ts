import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Kind, type Sdk, type Target, targetsOf, versionsOf } from '../overlays/sdk.ts';
import { contractOf, runtimeTypesFile } from './insertions.ts';

/**
 * The declarations of `hangup/types/<name>`, by name: the members that a patched SDK declares itself, for an SDK that is as
 * published on disk. Versions whose classes are imported from the same modules share one, with the classes of all of them: an
 * augmentation of a module that does not exist is an error.
 */
export function augmentationsOf(sdk: Sdk): Map<string, string> {
  const versions = versionsOf(sdk).filter((version) => modulesOf(sdk, version).size > 0);
  const groups = groupBy(versions, (version) => [...modulesOf(sdk, version)].join());
  const texts = [...groups.values()].map((versions, index): [string, string] => {
    const [major, minor] = versions[0]!.split('.');
    const name = index === groups.size - 1 ? sdk.name : `${sdk.name}-${major}.${minor}`;
    return [name, augmentation(sdk, versions)];
  });
  return new Map(texts);
}

/** Writes it twice, because each format of modules has its own declarations of the SDK. There is nothing to run. */
export function writeAugmentation(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  for (const ending of ['d.ts', 'd.cts']) writeFileSync(`${path}.${ending}`, text);
  writeFileSync(`${path}.js`, 'export {};\n');
  writeFileSync(`${path}.cjs`, '');
}

function augmentation(sdk: Sdk, versions: readonly string[]): string {
  const modules = groupBy(allTargetsOf(sdk, versions), ({ importFrom }) => importFrom);
  const kinds = [...modules.values()].flat().map((target) => kindOf(sdk, target));
  const runtime = `../../patches/${sdk.packageName}/${runtimeTypesFile.replace(/^.+\/(.+)\.d\.cts$/, '$1.cjs')}`;
  const imports = new Set([
    `import type { Disconnectable, DisconnectableClient, DisconnectOptions, DisconnectReport } from '${runtime}';`,
    // TypeScript augments a module only when some file of the program imports it.
    ...[...modules.keys()].map((module) => `import type {} from '${module}';`),
    ...kinds.flatMap(({ imports }) => imports ?? []),
  ]);
  const declarations = [...modules].map(([module, targets]) => {
    const interfaces = targets.map((target) => `  ${declared(sdk, target)}\n`);
    return `declare module '${module}' {\n${interfaces.join('')}}\n`;
  });
  return `${[...imports].join('\n')}\n\n${declarations.join('\n')}`;
}

/** The modules from which users import classes of a version. */
const modulesOf = (sdk: Sdk, version: string) =>
  new Set(importedFrom(sdk, version).map(({ importFrom }) => importFrom));

/** The classes of all these versions. A class that several of them have is that of the newest. */
function allTargetsOf(sdk: Sdk, versions: readonly string[]): Target[] {
  const byName = new Map<string, Target>();
  for (const version of versions) {
    for (const target of importedFrom(sdk, version)) byName.set(`${target.importFrom} ${nameOf(target)}`, target);
  }
  return [...byName.values()];
}

const nameOf = ({ className, importedAs = className }: Target) => importedAs;

/** Classes that users import. Two modules may export one declaration, which needs its members once. */
function importedFrom(sdk: Sdk, version: string): Target[] {
  const isAnother = ({ importFrom, className, builds: [build] }: Target) =>
    sdk.targets.some(
      (one) =>
        one.importFrom !== importFrom &&
        one.className === className &&
        one.builds[0]?.types === build?.types &&
        importFrom.startsWith(one.importFrom),
    );
  return targetsOf(sdk, version).filter(
    (target) => kindOf(sdk, target).role !== 'part' && !target.isLocal && !isAnother(target),
  );
}

function declared(sdk: Sdk, target: Target): string {
  const { typeParameters = '', importFrom, isDefault } = target;
  const kind = kindOf(sdk, target);
  const { declares, replaces } = kind;
  // The main module exports no class as its default alone.
  const exported = isDefault && importFrom !== sdk.packageName ? 'export default ' : '';
  // The last overload of a method wins over the published one.
  const members = replaces ? 'disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>;' : declares;
  return `${exported}interface ${nameOf(target)}${typeParameters} extends ${contractOf(kind)} {${members ? ` ${members} ` : ''}}`;
}

function kindOf({ kinds }: Sdk, { family }: Target): Kind {
  return kinds[family]!;
}

/** `Map.groupBy`, which Node 20 lacks. */
function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
