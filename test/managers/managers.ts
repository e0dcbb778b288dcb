import { join } from 'node:path';

/** One version of a package manager, and the arguments of its commands. */
export interface ManagerCase {
  id: string;
  /** Its row in docs/package-managers.md. */
  title: string;
  /** The npm package that holds the manager. */
  package: string;
  version: string;
  /** The name of the `Manager` in scripts/managers/. */
  command: string;
  /** The path of its program, relative to the folder that all managers are installed in. A script or a binary. */
  program: string;
  /** It does not run on the oldest Node that hangup runs on. */
  newerNode?: true;
  /** The files that an app's folder needs besides package.json. */
  files?: Record<string, string>;
  /** The arguments of an install that must not change the lockfile. */
  frozen: string[];
  /** The option of an install that runs no scripts. */
  withoutScripts: string;
  /** The arguments that add one exact version of a package. */
  add(spec: string): string[];
  /** Runs the slow steps too. */
  thorough: boolean;
}

const modules = 'node_modules';
const platform = `${process.platform}-${process.arch}`;
const bunPlatform = platform.replace('arm64', 'aarch64').replace('win32', 'windows');
const executable = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name);

const npm = (version: string, thorough: boolean) => {
  const id = `npm${version.split('.')[0]}`;
  return {
    id,
    title: id.replace('npm', 'npm '),
    package: 'npm',
    version,
    command: 'npm',
    program: join(modules, id, 'bin/npm-cli.js'),
    frozen: ['ci'],
    withoutScripts: '--ignore-scripts',
    add: (spec: string) => ['install', '--save-exact', spec],
    thorough,
  };
};

const pnpm = (version: string, file: string, thorough = false) => {
  const id = `pnpm${version.split('.')[0]}`;
  return {
    id,
    title: id.replace('pnpm', 'pnpm '),
    package: 'pnpm',
    version,
    command: 'pnpm',
    program: join(modules, file || join(id, 'bin/pnpm.cjs')),
    frozen: ['install', '--frozen-lockfile'],
    withoutScripts: '--ignore-scripts',
    add: (spec: string) => ['add', '--save-exact', spec],
    thorough,
  };
};

const yarn4 = (id: string, title: string, linker: string, thorough: boolean): ManagerCase => ({
  id,
  title,
  package: '@yarnpkg/cli-dist',
  version: '4.18.1',
  command: 'yarn',
  program: join(modules, id, 'bin/yarn.js'),
  files: { '.yarnrc.yml': `nodeLinker: ${linker}\nenableTelemetry: false\n`, 'yarn.lock': '' },
  frozen: ['install', '--immutable'],
  withoutScripts: '--mode=skip-build',
  add: (spec) => ['add', '--exact', spec],
  thorough,
});

export const managers: readonly ManagerCase[] = [
  npm('10.9.9', true),
  npm('11.21.2', false),
  { ...npm('12.2.0', true), newerNode: true },
  {
    id: 'yarn1',
    title: 'Yarn 1',
    package: 'yarn',
    version: '1.22.22',
    command: 'yarn',
    program: join(modules, 'yarn1/bin/yarn.js'),
    frozen: ['install', '--frozen-lockfile'],
    withoutScripts: '--ignore-scripts',
    add: (spec) => ['add', '--exact', spec],
    thorough: false,
  },
  pnpm('9.15.9', ''),
  pnpm('10.34.9', ''),
  { ...pnpm('11.28.11', 'pnpm11/bin/pnpm.mjs'), newerNode: true },
  pnpm('12.21.0', `@pnpm/exe.${platform}/${executable('pnpm')}`, true),
  {
    id: 'bun',
    title: 'Bun 1.4',
    package: 'bun',
    version: '1.4.5',
    command: 'bun',
    program: join(modules, `@oven/bun-${bunPlatform}/bin/${executable('bun')}`),
    frozen: ['install', '--frozen-lockfile'],
    withoutScripts: '--ignore-scripts',
    add: (spec) => ['add', '--exact', spec],
    thorough: true,
  },
  yarn4('yarn4', 'Yarn 4, node_modules', 'node-modules', false),
  yarn4('yarn4pnp', "Yarn 4, Plug'n'Play", 'pnp', true),
];

/** The Node for managers that do not run on the Node of this process. */
export const newerNode = { package: `node-${platform.replace('win32', 'win')}`, version: '24.21.0' };
