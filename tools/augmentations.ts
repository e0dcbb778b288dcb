import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Kind, type Sdk, type Target, targetsOf, versionsOf } from '../overlays/sdk.ts';
import { runtimeTypesFile } from './insertions.ts';

/**
 * The declarations of `hangup/types/<name>`, by name: the members that a patched SDK declares itself, for an SDK that is as
 * published on disk. Versions whose classes are imported from the same modules share one, that of the newest of them: an
 * augmentation of a module that does not exist is an error.
 */
export function augmentationsOf(sdk: Sdk): Map<string, string> {
  const versions = versionsOf(sdk).filter((version) => modulesOf(sdk, version).size > 0);
  const groups = groupBy(versions, (version) => [...modulesOf(sdk, version).keys()].join());
  const texts = [...groups.values()].map((versions, index): [string, string] => {
    const [major, minor] = versions[0]!.split('.');
    const name = index === groups.size - 1 ? sdk.name : `${sdk.name}-${major}.${minor}`;
    return [name, augmentation(sdk, versions.at(-1)!)];
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

function augmentation(sdk: Sdk, version: string): string {
  const modules = modulesOf(sdk, version);
  const kinds = [...modules.values()].flat().map((target) => kindOf(sdk, target));
  const runtime = `../../patches/${sdk.packageName}/${runtimeTypesFile.replace(/^.+\/(.+)\.d\.cts$/, '$1.cjs')}`;
  const imports = new Set([
    `import type { Disconnectable, DisconnectOptions, DisconnectReport } from '${runtime}';`,
    ...kinds.flatMap(({ imports }) => imports ?? []),
  ]);
  const declarations = [...modules].map(([module, targets]) => {
    const interfaces = targets.map((target) => `  ${declared(sdk, target)}\n`);
    return `declare module '${module}' {\n${interfaces.join('')}}\n`;
  });
  return `${[...imports].join('\n')}\n\n${declarations.join('\n')}`;
}

/** Classes that users import, by their modules. Two modules may export one declaration, which needs its members once. */
function modulesOf(sdk: Sdk, version: string): Map<string, Target[]> {
  const isAnother = ({ importFrom, className, builds: [build] }: Target) =>
    sdk.targets.some(
      (one) =>
        one.importFrom !== importFrom &&
        one.className === className &&
        one.builds[0]?.types === build?.types &&
        importFrom.startsWith(one.importFrom),
    );
  const imported = targetsOf(sdk, version).filter(
    (target) => kindOf(sdk, target).role !== 'part' && !target.isLocal && !isAnother(target),
  );
  return groupBy(imported, ({ importFrom }) => importFrom);
}

function declared(sdk: Sdk, target: Target): string {
  const { className, importedAs = className, typeParameters = '', importFrom, isDefault } = target;
  const { declares, replaces } = kindOf(sdk, target);
  // The main module exports no class as its default alone.
  const exported = isDefault && importFrom !== sdk.packageName ? 'export default ' : '';
  // The last overload of a method wins over the published one.
  const members = replaces ? 'disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>;' : declares;
  return `${exported}interface ${importedAs}${typeParameters} extends Disconnectable {${members ? ` ${members} ` : ''}}`;
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
