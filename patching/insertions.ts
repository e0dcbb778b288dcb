import { posix } from 'node:path';
import type { Target } from '../overlays/cartesia/targets.ts';
import type { Format } from './manifest.ts';
import { notice, replaced } from './notice.ts';

/** What is added to a published file. Everything that differs between versions is in `targets.ts`. */
export interface Hook {
  /** Relative to the package root. */
  file: string;
  /** Missing for declarations. */
  format?: Format;
  /** Texts that the file must contain exactly once, so that a module of another shape is refused. */
  requires: readonly string[];
  /** Whole lines, added at the end. */
  text: string;
  /** Lines put round one published line, which must be there exactly once: `before` takes its place, `after` ends that. */
  around?: { line: string; before: string; after: string };
}

/** Where the runtime lives inside the SDK. */
export const runtimeDirectory = 'hangup';
export const runtimeFile = `${runtimeDirectory}/runtime.cjs`;
/** What ES modules import in its place. */
export const importFile = `${runtimeDirectory}/import.cjs`;
/** Its text. Not `module.exports = require(…)`, which Node would follow. */
export const importText = `// Node searches a CommonJS file that an ES module imports for what it exports: for the runtime, that takes 10 ms.
const runtime = require("./runtime.cjs");
module.exports = runtime;
`;
/** TypeScript resolves "./runtime.cjs" to this name and to no other. */
export const runtimeTypesFile = `${runtimeDirectory}/runtime.d.cts`;

/** When the hooks below last changed: the patches' `Last-Update`, which must not depend on the day of the run. */
export const lastUpdate = '2026-11-28';

const suffixes = { js: ['.js', '.d.ts'], mjs: ['.mjs', '.d.mts'] } as const;

interface Shape extends Omit<Hook, 'file' | 'text'> {
  lines: string[];
}

/** Families whose classes have no members that tell them: the hook does. */
const untold: readonly Target['family'][] = ['compat-client', 'nested-client'];

function script(target: Target, build: 'js' | 'mjs'): Shape {
  const { module } = target;
  const { className, isDefault, chunkOf, family } = target;
  const install = `install(${className}${untold.includes(family) ? `, "${family}"` : ''});`;
  if (chunkOf !== undefined) {
    return {
      format: 'esm',
      requires: [`\nvar ${className} = class `, `\nexport {\n  ${className}\n};\n`],
      lines: imported(install, module),
    };
  }
  if (build === 'mjs')
    return { format: 'esm', requires: [`\nexport class ${className} `], lines: imported(install, module) };
  return {
    format: 'cjs',
    requires: [`\nclass ${className} `, `exports.${isDefault ? 'default' : className} = ${className};\n`],
    lines: [`require("${from(module, runtimeFile)}").${install}`],
  };
}

/** The default import only: bundlers and Node disagree about named exports of CommonJS. */
const imported = (install: string, module: string) => [
  `import hangup from "${from(module, importFile)}";`,
  `hangup.${install}`,
];

/** The specifier of an added file in a published one. */
function from(module: string, added: string): string {
  const path = posix.relative(posix.dirname(module), added);
  return path.startsWith('.') ? path : `./${path}`;
}

/** What a class has beyond `Disconnectable`. */
const additions: Record<Target['family'], string> = {
  // A receive timeout in ms, which generate() does not have in the published client.
  'context-router':
    " generate(request: Omit<TTSAPI.GenerationRequest, 'context_id'> & { context_id?: string | null | undefined }, options: { timeout?: number }): AsyncGenerator<TTSAPI.WebsocketResponse>; ",
  'source-router': '',
  reconnecting: '',
  'event-stream': " close(props?: { code: number; reason: string }): ReturnType<Disconnectable['disconnect']>; ",
  client: '',
  'resource-client': '',
  'compat-client': '',
  'nested-client': '',
  'nested-speaker': '',
};

function declaration(target: Target, module: string): Shape {
  const { className, family } = target;
  // Default exports merge as default exports, classes that are exported by a list as local ones.
  const exported = target.isDefault ? 'export default ' : target.chunkOf === undefined ? 'export ' : '';
  const declared = target.isDefault ? 'export default class' : `${exported}declare class`;
  const hasDisconnect = family === 'reconnecting' || family === 'source-router';
  const types = hasDisconnect ? 'Disconnectable, DisconnectOptions, DisconnectReport' : 'Disconnectable';
  const lines = [
    `import type { ${types} } from "${from(module, runtimeFile)}";`,
    `${exported}interface ${className} extends Disconnectable {${additions[family]}}`,
  ];
  const shape = { requires: [`\n${declared} ${className} `], lines };
  return hasDisconnect ? { ...shape, around: disconnects } : shape;
}

/** The SDK's own `disconnect()`, which as published takes and returns nothing. */
const disconnects: NonNullable<Hook['around']> = {
  line: '    disconnect(): void;\n',
  before: `    disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>; ${notice}\n    ${replaced.before}\n`,
  after: `    ${replaced.after}\n`,
};

function hook(file: string, { lines, ...shape }: Shape): Hook {
  return { file, ...shape, text: lines.map((line) => `${line} ${notice}\n`).join('') };
}

/** The insertions for one target: the same for every version that the target lists. */
export function hooksFor(target: Target): Hook[] {
  const { module, chunkOf: types = module } = target;
  return target.builds.flatMap((build) => {
    const [code, declarations] = suffixes[build];
    return [hook(module + code, script(target, build)), hook(types + declarations, declaration(target, types))];
  });
}
