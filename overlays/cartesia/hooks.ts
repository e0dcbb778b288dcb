import { posix } from 'node:path';
import type { Target } from './targets.ts';

/** One insertion into a published file: where, and what. Everything that differs between versions is in `targets.ts`. */
export interface Hook {
  /** Relative to the package root. */
  file: string;
  /** Text that the file must contain exactly once, so that a module of another shape is refused. */
  requires: string;
  /** The insertion goes between these two, which must adjoin exactly once. The last line has no newline and stays last. */
  after: string;
  before: string;
  text: string;
}

/** Where the runtime lives inside the SDK. */
export const runtimeDirectory = 'internal/hangup';
export const runtimeFile = `${runtimeDirectory}/runtime.cjs`;
/** TypeScript resolves "./runtime.cjs" to this name and to no other. */
export const runtimeTypesFile = `${runtimeDirectory}/runtime.d.cts`;

/** When the hooks below last changed: the patches' `Last-Update`, which must not depend on the day of the run. */
export const lastUpdate = '2026-11-22';

// Apache-2.0 section 4(b): a changed file carries a prominent notice that it was changed.
const notice = '// Changed by hangup: this line was added to the published file.';

const suffixes = { js: ['.js', '.d.ts'], mjs: ['.mjs', '.d.mts'] } as const;

type Suffix = (typeof suffixes)[keyof typeof suffixes][number];

// Everything goes to the end of the file: lines above keep their numbers, so the published source maps stay right.
const shapes: Record<
  Suffix,
  (name: string, runtime: string) => Pick<Hook, 'requires' | 'after'> & { lines: string[] }
> = {
  '.js': (name, runtime) => ({
    requires: `class ${name} extends `,
    after: `exports.${name} = ${name};\n`,
    lines: [`require("${runtime}").install(${name});`],
  }),
  '.mjs': (name, runtime) => ({
    requires: `export class ${name} extends `,
    after: '}\n',
    // The default import only: bundlers and Node disagree about named exports of CommonJS.
    lines: [`import hangup from "${runtime}";`, `hangup.install(${name});`],
  }),
  '.d.ts': (name, runtime) => declaration(name, runtime),
  '.d.mts': (name, runtime) => declaration(name, runtime),
};

function declaration(name: string, runtime: string) {
  return {
    requires: `export declare class ${name} extends `,
    after: 'export {};\n',
    lines: [
      `import type { Disconnectable } from "${runtime}";`,
      // A receive timeout in ms, which generate() does not have in the published client.
      `export interface ${name} extends Disconnectable { generate(request: Omit<TTSAPI.GenerationRequest, 'context_id'> & { context_id?: string | null | undefined }, options: { timeout?: number }): AsyncGenerator<TTSAPI.WebsocketResponse>; }`,
    ],
  };
}

/** The insertions for one target: the same for every version that the target lists. */
export function hooksFor(target: Target): Hook[] {
  const runtime = posix.relative(posix.dirname(target.module), runtimeFile);
  return target.builds
    .flatMap((build) => suffixes[build])
    .map((suffix) => {
      const file = target.module + suffix;
      const { lines, ...place } = shapes[suffix](target.className, runtime);
      return {
        file,
        ...place,
        before: `//# sourceMappingURL=${posix.basename(file)}.map`,
        text: lines.map((line) => `${line} ${notice}\n`).join(''),
      };
    });
}
