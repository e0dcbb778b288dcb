// In a PID namespace of its own: agents die, and other processes get their PIDs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { AgentRegistry, fileStore } = await import(process.env.AGENTS);
const store = fileStore(mkdtempSync(join(tmpdir(), 'hangup-reuse-')));
const registry = new AgentRegistry({ store, host: 'a', grace: 300, logger: false });
const startTime = (pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')[19];

const innocents = [];
const answers = [];
let reused = 0;
for (let round = 0; round < 10; round++) {
  const token = `scope.999.1.${round}.agent-${round}`;
  const agent = spawn('sleep', ['1000'], { env: { ...process.env, HANGUP_AGENT: token }, detached: true });
  const record = {
    id: `agent-${round}`,
    host: 'a',
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
    pid: agent.pid,
    startTime: startTime(agent.pid),
    token,
    state: 'ready',
    spawnedAt: Date.now(),
  };
  await store.put(record, 60_000);
  agent.kill('SIGKILL');
  await once(agent, 'exit');
  writeFileSync('/proc/sys/kernel/ns_last_pid', String(agent.pid - 1));
  const innocent = spawn('sleep', ['1000'], { detached: true });
  innocents.push(innocent);
  if (innocent.pid === agent.pid) reused++;
  answers.push((await registry.end(record.id)).result);
}
const alive = innocents.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).length;
console.log(JSON.stringify({ reused, answers, alive }));
for (const innocent of innocents) innocent.kill('SIGKILL');
