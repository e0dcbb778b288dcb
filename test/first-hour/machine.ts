import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { foldersAbove } from '../../scripts/managers/project.ts';
import { installManagers, makeBin, managerEnv, packHangup } from '../managers/install.ts';
import { managers } from '../managers/managers.ts';
import { startRegistry } from './registry.ts';

export interface Ran {
  code: number | null;
  output: string;
}

/** One run of a command line by the shell. */
export interface Running {
  readonly child: ChildProcess;
  /** Everything that it has printed until now. */
  output(): string;
  readonly done: Promise<Ran>;
  /** Kills it, and everything that it has started. */
  end(): void;
}

/** The computer of a stranger: Node, package managers, git, a home without a cache, and a registry that has hangup. */
export class Machine {
  readonly #env: NodeJS.ProcessEnv;
  readonly #server: Server;
  readonly #groups = new Set<number>();
  /** The folder for the apps. No folder above it has a `node_modules`. */
  readonly apps: string;

  private constructor(scratch: string, home: string, server: Server) {
    this.apps = join(scratch, 'apps');
    mkdirSync(this.apps);
    this.#server = server;
    // `script` starts the shell of its user.
    this.#env = {
      ...managerEnv(home, undefined),
      SHELL: '/bin/sh',
      TERM: 'dumb',
      NO_COLOR: '1',
      NO_PROXY: '127.0.0.1',
    };
  }

  /** @throws {Error} when a tool is missing, or the apps would find packages in a folder above theirs */
  static async start(scratch: string): Promise<Machine> {
    const above = foldersAbove(scratch).find((folder) => existsSync(join(folder, 'node_modules')));
    if (above !== undefined) throw new Error(`${above} has a node_modules. Set TMPDIR to another folder`);
    // An error here names the tool. Later, it would look like a failed step.
    for (const tool of ['git', 'script']) execFileSync(tool, ['--version'], { stdio: 'ignore' });
    const installed = managers.filter(({ id }) => ['npm11', 'pnpm12', 'yarn4'].includes(id));
    installManagers(installed);
    const home = join(scratch, 'home');
    makeBin(join(home, 'bin'), ...installed);
    const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
    const { url, server } = await startRegistry(packHangup(scratch), upstream);
    const files = {
      '.npmrc': `registry=${url}/\naudit=false\nfund=false\nupdate-notifier=false\n`,
      '.yarnrc.yml': `npmRegistryServer: ${url}\nunsafeHttpWhitelist: ['127.0.0.1']\nenableTelemetry: false\n`,
      '.gitconfig': '[user]\nname = Stranger\nemail = stranger@localhost\n[init]\ndefaultBranch = main\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    return new Machine(scratch, home, server);
  }

  /**
   * Starts a command line.
   *
   * @param terminal the line runs in a terminal, whose user answers a question with yes
   * @param limit the ms after which it is killed
   */
  start(
    line: string,
    cwd: string,
    { terminal = false, env = {} as Record<string, string>, limit = 180_000 } = {},
  ): Running {
    const [command, ...args] = terminal ? ['script', '-qec', line, '/dev/null'] : ['/bin/sh', '-c', line];
    // In a group of its own, so that everything that it starts can be ended with it.
    const child = spawn(command!, args, { cwd, env: { ...this.#env, ...env }, detached: true });
    const group = child.pid!;
    this.#groups.add(group);
    let output = '';
    let asks = terminal;
    const take = (text: string) => {
      output += text;
      if (!asks || !output.includes('[y/N]')) return;
      asks = false;
      child.stdin.write('y\n');
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    if (!terminal) child.stdin.end();
    const end = () => {
      if (this.#groups.has(group)) endGroup(group);
    };
    const timer = setTimeout(end, limit);
    const done = once(child, 'close').then(([code]) => {
      clearTimeout(timer);
      // A program that a command has left behind has no business here.
      end();
      this.#groups.delete(group);
      return { code: code as number | null, output: output.replaceAll('\r\n', '\n') };
    });
    return { child, output: () => output, done, end };
  }

  /** Ends everything that is running. */
  end(): void {
    for (const group of this.#groups) endGroup(group);
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function removeFolder(folder: string): void {
  // A process that was killed may still have been writing.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
