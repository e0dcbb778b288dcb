import { type ChildProcess, type ExecFileException, execFile, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { AgentError } from '../errors.ts';
import { setprivTimeout } from '../limits.ts';

export interface LaunchOptions {
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly hasIpc: boolean;
}

let setpriv: Promise<string | undefined> | undefined;

/**
 * `setpriv --pdeathsig` of util-linux has the kernel kill the agent when its parent dies, also by SIGKILL, and also when the agent is
 * blocked. It replaces itself by the agent, whose PID it is. The `setpriv` of busybox cannot do this.
 */
function findSetpriv(): Promise<string | undefined> {
  setpriv ??= new Promise((resolve) => {
    const file = findCommand('setpriv');
    const tried = (error: ExecFileException | null) => {
      // It has not run, or has not ended: the next agent tries again.
      if (error !== null && typeof error.code !== 'number') setpriv = undefined;
      resolve(error === null ? file : undefined);
    };
    if (file === undefined) resolve(undefined);
    else execFile(file, ['--pdeathsig', 'KILL', 'true'], { timeout: setprivTimeout }, tried);
  });
  return setpriv;
}

/**
 * Prepares the start of a command.
 *
 * @returns a function that starts it, in a session of its own. The signals of the terminal do not reach it there.
 * @throws {AgentError} when there is no such command: behind `setpriv` this would be an exit like any other
 */
export async function prepare(
  id: string,
  command: readonly string[],
  options: LaunchOptions,
): Promise<() => ChildProcess> {
  const { cwd, env, hasIpc } = options;
  const [name, ...args] = command as [string, ...string[]];
  const file = findCommand(name, cwd, env.PATH);
  if (file === undefined) throw new AgentError('ERR_AGENT_SPAWN', id, `there is no command ${JSON.stringify(name)}`);
  const helper = await findSetpriv();
  const [run, ...all] = helper === undefined ? [file, ...args] : [helper, '--pdeathsig', 'KILL', '--', file, ...args];
  return () =>
    spawn(run!, all, {
      ...(cwd !== undefined && { cwd }),
      env,
      // It may watch its stdin: the pipe ends with this process.
      stdio: ['pipe', 'pipe', 'pipe', ...(hasIpc ? (['ipc'] as const) : [])],
      detached: true,
      shell: false,
    });
}

/** Finds the file of a command as `execvp()` does. */
function findCommand(name: string, cwd = '.', path = process.env.PATH ?? '/usr/bin:/bin'): string | undefined {
  const files = name.includes('/')
    ? [resolve(cwd, name)]
    : path.split(delimiter).map((folder) => resolve(cwd, join(folder, name)));
  return name === '' ? undefined : files.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
