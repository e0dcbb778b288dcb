import { posix } from 'node:path';
import type { Target } from './targets.ts';

/** What is added at the end of a published file. Everything that differs between versions is in `targets.ts`. */
export interface Hook {
  /** Relative to the package root. */
  file: string;
  /** Texts that the file must contain exactly once, so that a module of another shape is refused. */
  requires: readonly string[];
  text: string;
}

/** Where the runtime lives inside the SDK. */
export const runtimeDirectory = 'hangup';
export const runtimeFile = `${runtimeDirectory}/runtime.cjs`;
/** TypeScript resolves "./runtime.cjs" to this name and to no other. */
export const runtimeTypesFile = `${runtimeDirectory}/runtime.d.cts`;

/** When the hooks below last changed: the patches' `Last-Update`, which must not depend on the day of the run. */
export const lastUpdate = '2026-11-25';

// Apache-2.0 section 4(b): a changed file carries a prominent notice that it was changed.
const notice = '// Changed by hangup: this line was added to the published file.';

const suffixes = { js: ['.js', '.d.ts'], mjs: ['.mjs', '.d.mts'] } as const;

type Suffix = (typeof suffixes)[keyof typeof suffixes][number];
type Shape = (target: Target, runtime: string) => { requires: string[]; lines: string[] };

const shapes: Record<Suffix, Shape> = {
  '.js': ({ className }, runtime) => ({
    requires: [`\nclass ${className} `, `exports.${className} = ${className};\n`],
    lines: [`require("${runtime}").install(${className});`],
  }),
  '.mjs': ({ className }, runtime) => ({
    requires: [`\nexport class ${className} `],
    // The default import only: bundlers and Node disagree about named exports of CommonJS.
    lines: [`import hangup from "${runtime}";`, `hangup.install(${className});`],
  }),
  '.d.ts': declaration,
  '.d.mts': declaration,
};

/** What a class has beyond `Disconnectable`. */
const additions: Record<Target['family'], string> = {
  // A receive timeout in ms, which generate() does not have in the published client.
  'context-router':
    " generate(request: Omit<TTSAPI.GenerationRequest, 'context_id'> & { context_id?: string | null | undefined }, options: { timeout?: number }): AsyncGenerator<TTSAPI.WebsocketResponse>; ",
  'event-stream': " close(props?: { code: number; reason: string }): ReturnType<Disconnectable['disconnect']>; ",
  client: '',
};

function declaration({ className, family }: Target, runtime: string): ReturnType<Shape> {
  return {
    requires: [`\nexport declare class ${className} `],
    lines: [
      `import type { Disconnectable } from "${runtime}";`,
      `export interface ${className} extends Disconnectable {${additions[family]}}`,
    ],
  };
}

/** The insertions for one target: the same for every version that the target lists. */
export function hooksFor(target: Target): Hook[] {
  const path = posix.relative(posix.dirname(target.module), runtimeFile);
  const runtime = path.startsWith('.') ? path : `./${path}`;
  return target.builds
    .flatMap((build) => suffixes[build])
    .map((suffix) => {
      const { requires, lines } = shapes[suffix](target, runtime);
      return { file: target.module + suffix, requires, text: lines.map((line) => `${line} ${notice}\n`).join('') };
    });
}
