import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { startVoiceServer, type VoiceServer } from '../../test/support/voice-server.ts';
import { cap, type Run, type Scenario } from './scenarios.ts';

/** Not a real one: the local server takes any. It must not appear in the output all the same. */
const apiKey = 'sk_car_demo_0123456789';
/** For an app that does not even get to its "now". */
const startCap = 10_000;

const children = new Set<ChildProcess>();

/** Ends every app that is still running. */
export function killApps(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Runs one app as a process of its own against a server of its own, and tells what became of it. */
export async function runApp(scenario: Scenario, scratch: string): Promise<Run> {
  const server = await startVoiceServer(scenario.behaviour);
  try {
    return await watch(scenario, server, scratch);
  } finally {
    await server.close();
  }
}

function watch(scenario: Scenario, server: VoiceServer, scratch: string): Promise<Run> {
  const child = spawn(process.execPath, [join(scratch, 'app', scenario.app)], {
    cwd: scratch,
    env: {
      PATH: process.env.PATH,
      CARTESIA_API_KEY: apiKey,
      CARTESIA_BASE_URL: server.url,
      NODE_EXTRA_CA_CERTS: server.caFile,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let stdout = '';
  let stderr = '';
  let start: number | undefined;
  let killed = false;
  const kill = () => {
    killed = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(kill, startCap);
  child.stdout.on('data', (data) => {
    stdout += data;
    if (start !== undefined || !stdout.includes('now\n')) return;
    start = performance.now();
    clearTimeout(timer);
    timer = setTimeout(kill, cap);
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(timer);
      children.delete(child);
    });
    // 'close' and not 'exit': the pipes may still hold what it said last.
    child.on('close', (code, signal) => {
      const end = performance.now();
      const said = clean(stdout).split('\n').filter(Boolean);
      resolve({
        // A signal that is not ours counts as a crash.
        exitCode: killed ? undefined : (code ?? (signal === null ? 0 : 1)),
        ms: end - (start ?? end),
        said: said.slice(said.indexOf('now') + 1),
        error: errorIn(clean(stderr)),
        connections: server.seen.connections.length,
        key: whereIsTheKey(server),
      });
    });
  });
}

function clean(text: string): string {
  return text.replaceAll(apiKey, '[key]');
}

/** The message under which Node reports the death of a process, without its class and its advice. */
function errorIn(stderr: string): string | undefined {
  const line = stderr.split('\n').find((text) => /^\w*Error\b.*: /.test(text));
  return line?.replace(/^.*?: /, '').replace(/(?<=is required) .*/, '');
}

function whereIsTheKey(server: VoiceServer): Run['key'] {
  const upgrade = server.seen.connections[0]?.upgrade;
  if (upgrade?.url.includes(apiKey)) return 'URL';
  return String(upgrade?.headers.authorization).includes(apiKey) ? 'header' : undefined;
}
