import { posix } from 'node:path';
import { type Build, type Format, type Kind, type Sdk, type Target, targetsOf } from '../overlays/sdk.ts';
import { notice, replaced } from '../patching/notice.ts';
import type { ShapedClass, ShapedPackage } from '../patching/shapes.ts';

/** The additions to one published file. The generator finds their offsets. */
export interface FileInsertion {
  /** Relative to the package root. */
  file: string;
  /** Missing for declarations. */
  format?: Format;
  /** Texts that the file must contain exactly once. A module of another shape is refused. */
  requires: readonly string[];
  /** Whole lines for the end of the file. */
  text: string;
  /** Lines around one published line, which must be there exactly once: `before` takes its place, `after` ends that. */
  around?: { line: string; before: string; after: string };
}

/** Where the runtime lives inside the SDK. */
const runtimeDirectory = 'hangup';
export const runtimeFile = `${runtimeDirectory}/runtime.cjs`;
/** ES modules import this file instead of the runtime. */
export const importFile = `${runtimeDirectory}/import.cjs`;
/** Its text. Not `module.exports = require(…)`, which Node would follow. */
export const importText = `// Node searches a CommonJS file that an ES module imports for what it exports: for the runtime, that takes 10 ms.
const runtime = require("./runtime.cjs");
module.exports = runtime;
`;
/** TypeScript resolves "./runtime.cjs" to this name and to no other. */
export const runtimeTypesFile = `${runtimeDirectory}/runtime.d.cts`;

/** The insertions of one version, in order of their files. */
export function insertionsFor(sdk: Sdk, version: string): FileInsertion[] {
  const byFile = new Map<string, FileInsertion>();
  for (const target of targetsOf(sdk, version)) {
    for (const build of target.builds) {
      // Several builds may share their declarations.
      for (const one of [moduleInsertion(sdk, target, build), typesInsertion(sdk, target, build)]) {
        const other = byFile.get(one.file);
        if (other !== undefined && other.text !== one.text) {
          throw new Error(`${sdk.packageName} ${version}: two classes in ${one.file}`);
        }
        byFile.set(one.file, one);
      }
    }
  }
  return [...byFile.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

const kindOf = ({ kinds }: Sdk, { family }: Target) => kinds[family]!;

/** The interface that a class gets. The declarations of the runtime export it. */
export const contractOf = ({ role }: Kind): string => (role === 'client' ? 'DisconnectableClient' : 'Disconnectable');

/** The classes of an SDK that goes by shape, for the load hook. */
export function shapesOf(sdk: Sdk): ShapedPackage {
  const classes = sdk.targets.flatMap((target) =>
    target.builds.map((build): ShapedClass => {
      const { file, format, requires } = moduleInsertion(sdk, target, build);
      return { file, format: format!, range: target.range!, anchors: [...requires], install: argumentsOf(sdk, target) };
    }),
  );
  return { package: sdk.packageName, classes };
}

/** The arguments of the runtime's `install()`. */
function argumentsOf(sdk: Sdk, target: Target): string {
  return `${target.className}${kindOf(sdk, target).named ? `, "${target.family}"` : ''}`;
}

/** Calls the runtime with the class. */
function moduleInsertion(sdk: Sdk, target: Target, { format, file }: Build): FileInsertion {
  const { className, isDefault, isLocal, bundler } = target;
  const install = `install(${argumentsOf(sdk, target)});`;
  const declared =
    bundler === 'esbuild'
      ? `\nvar ${className} = class `
      : format === 'esm' && bundler === undefined && !isLocal
        ? `\nexport class ${className} `
        : `\nclass ${className} `;
  if (format === 'cjs') {
    const exported = `exports.${isDefault ? 'default' : className} = ${className};\n`;
    const lines = [`require("${specifier(file, runtimeFile)}").${install}`];
    return { ...insertion(file, isLocal ? [declared] : [declared, exported], lines), format };
  }
  const requires = bundler === 'esbuild' ? [declared, `\nexport {\n  ${className}\n};\n`] : [declared];
  // The default import only: bundlers and Node disagree about named exports of CommonJS.
  const lines = [`import hangup from "${specifier(file, importFile)}";`, `hangup.${install}`];
  return { ...insertion(file, requires, lines), format };
}

/** Declares the members that the class has with the patch. */
function typesInsertion(sdk: Sdk, target: Target, { types: file }: Build): FileInsertion {
  const { className, isDefault, bundler } = target;
  const kind = kindOf(sdk, target);
  const { declares, replaces } = kind;
  // Default exports merge as default exports, classes that are exported by a list as local ones.
  const exported = isDefault ? 'export default ' : bundler === 'esbuild' ? '' : 'export ';
  const declared = isDefault ? 'export default class' : `${exported}declare class`;
  const contract = contractOf(kind);
  const types = replaces ? `${contract}, DisconnectOptions, DisconnectReport` : contract;
  const lines = [
    `import type { ${types} } from "${specifier(file, runtimeFile)}";`,
    `${exported}interface ${className} extends ${contract} {${declares ? ` ${declares} ` : ''}}`,
  ];
  const added = insertion(file, [`\n${declared} ${className} `], lines);
  return replaces ? { ...added, around: replacement(replaces) } : added;
}

/** Puts `disconnect()` of hangup in the place of a published declaration. */
function replacement(published: string): NonNullable<FileInsertion['around']> {
  return {
    line: `    ${published};\n`,
    before: `    disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>; ${notice}\n    ${replaced.before}\n`,
    after: `    ${replaced.after}\n`,
  };
}

function insertion(file: string, requires: readonly string[], lines: readonly string[]): FileInsertion {
  return { file, requires, text: lines.map((line) => `${line} ${notice}\n`).join('') };
}

/** The specifier of an added file in a published one. */
function specifier(file: string, added: string): string {
  const path = posix.relative(posix.dirname(file), added);
  return path.startsWith('.') ? path : `./${path}`;
}
