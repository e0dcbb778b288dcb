import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnosis } from '../../scripts/commands/doctor.ts';
import type { Initialised } from '../../scripts/commands/init.ts';
import type { Outcome } from '../../scripts/outcome.ts';
import { managerEnv } from './install.ts';
import type { ManagerCase } from './managers.ts';

export const sdk = '@cartesia/cartesia-js';

export interface Ran {
  code: number | null;
  output: string;
}

/** The SDK as a process sees it that has loaded it. */
export interface Loaded {
  patched: boolean;
  version: string;
  /** The answer of `verify()` in that process, where it was called. */
  verified?: boolean;
}

const fields = `patched: typeof TTSWS.prototype.disconnect === 'function', version: VERSION`;
const seen = `console.log(JSON.stringify({ ${fields} }));`;
const verified = `import('hangup/verify').then(({ verify }) => verify())
  .then(({ ok }) => console.log(JSON.stringify({ ${fields}, verified: ok })));`;
const required = `const { TTSWS } = require('${sdk}/resources/tts/ws'); const { VERSION } = require('${sdk}/version');`;
const imported = `import { TTSWS } from '${sdk}/resources/tts/ws'; import { VERSION } from '${sdk}/version';`;
const probes = { 'probe.cjs': `${required} ${seen}`, 'probe.mjs': `${imported} ${seen}` };
const hookedProbes = { 'hooked.cjs': `${required} ${verified}`, 'hooked.mjs': `${imported} ${verified}` };

/** A scratch project, installed by one package manager with a home of its own. */
export class App {
  readonly directory: string;
  readonly manager: ManagerCase;
  /** The binaries of Node on which the load hook is tried. */
  readonly nodes: readonly string[];
  /** The text of package.json before any change. */
  readonly original: string;
  readonly #env: NodeJS.ProcessEnv;
  /** Every command and its output, printed when a step fails. */
  readonly log: string[] = [];

  /** @param home the folder of `bin`, and of the manager's caches and stores. Two apps may share it */
  constructor(
    directory: string,
    manager: ManagerCase,
    home: string,
    dependencies: Record<string, string>,
    nodes: readonly string[] = ['node'],
  ) {
    this.directory = directory;
    this.nodes = nodes;
    this.manager = manager;
    mkdirSync(directory, { recursive: true });
    const manifest = { name: 'app', version: '1.0.0', private: true, dependencies };
    this.original = `${JSON.stringify(manifest, null, 2)}\n`;
    const files = { 'package.json': this.original, ...probes, ...hookedProbes, ...manager.files };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    this.#env = managerEnv(home, process.env.npm_config_registry);
  }

  /** Makes a workspace whose only package is the app. Its root has hangup too. @param root the folder of the workspace */
  static inWorkspace(root: string, manager: ManagerCase, home: string, dependencies: Record<string, string>): App {
    const { hangup } = dependencies;
    const manifest = { name: 'workspace', private: true, workspaces: ['packages/*'], dependencies: { hangup } };
    const listed = manager.command === 'pnpm' && { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' };
    mkdirSync(root, { recursive: true });
    const files = { 'package.json': `${JSON.stringify(manifest, null, 2)}\n`, ...listed, ...manager.files };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    return new App(join(root, 'packages/app'), { ...manager, files: {} }, home, dependencies);
  }

  run(command: string, args: readonly string[]): Ran {
    const options = { cwd: this.directory, env: this.#env, encoding: 'utf8', timeout: 180_000 } as const;
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = `${stdout}${stderr}${error?.message ?? ''}`;
    this.log.push(`$ ${command} ${args.join(' ')}   (exit ${status})\n${output.trimEnd().replace(/^/gm, '    ')}`);
    return { code: status, output: stdout };
  }

  install(args: readonly string[] = ['install']): Ran {
    return this.run(this.manager.command, args);
  }

  hangup(...args: string[]): Ran {
    if (this.isPnp) return this.run('yarn', ['hangup', ...args]);
    // In a workspace, some managers put it into the root.
    const cli = ['.', '../..'].map((folder) => `${folder}/node_modules/hangup/dist/scripts/cli.js`);
    return this.run('node', [cli.find((path) => existsSync(join(this.directory, path))) ?? cli[0]!, ...args]);
  }

  init(...args: string[]): Initialised {
    return JSON.parse(this.hangup('init', '--yes', '--json', ...args).output) as Initialised;
  }

  verify(...args: string[]): Outcome {
    return JSON.parse(this.hangup('verify', '--json', ...args).output) as Outcome;
  }

  diagnose(): Diagnosis {
    return JSON.parse(this.hangup('doctor', '--json').output) as Diagnosis;
  }

  /** Runs the commands that `init` or `doctor` says are next. */
  follow({ next }: Pick<Initialised, 'next'>): Ran[] {
    return next.map((line) => {
      const words = line.split(' ');
      const at = words.indexOf('hangup');
      return at < 0 ? this.run(words[0]!, words.slice(1)) : this.hangup(...words.slice(at + 1));
    });
  }

  /** Loads both builds, each in a process of its own. */
  load(): Loaded[] {
    const node = this.isPnp ? ['yarn', 'node'] : ['node'];
    const callers = this.manager.command === 'bun' ? [node, ['bun']] : [node];
    return callers.flatMap((caller) => this.#probe(caller, probes));
  }

  /** Loads both builds under the load hook. @param node the binary of one version of Node */
  loadHooked(node: string): Loaded[] {
    // "yarn node" puts these into NODE_OPTIONS.
    const pnp = ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs'];
    return this.#probe([node, ...(this.isPnp ? pnp : []), '--import', 'hangup/register'], hookedProbes);
  }

  #probe([command, ...args]: string[], files: object): Loaded[] {
    return Object.keys(files).map((file) => {
      const { output } = this.run(command!, [...args, file]);
      try {
        return JSON.parse(output) as Loaded;
      } catch {
        return { patched: false, version: 'not loaded' };
      }
    });
  }

  read = (name: string): string => readFileSync(join(this.directory, name), 'utf8');

  /** The files that hangup may have left behind. */
  list = (): string[] => ['patches', 'pnpm-workspace.yaml'].filter((name) => existsSync(join(this.directory, name)));

  /** Removes everything that a new clone would not have. */
  clean(): void {
    for (const name of ['node_modules', '.pnp.cjs', '.pnp.loader.mjs', '.yarn'])
      rmSync(join(this.directory, name), { recursive: true, force: true });
  }

  get isPnp(): boolean {
    return this.manager.id === 'yarn4pnp';
  }
}
