import { agentsRealtime } from './agents-realtime.ts';
import { assemblyai } from './assemblyai.ts';
import { cartesia } from './cartesia.ts';
import { deepgram } from './deepgram.ts';
import { elevenlabs } from './elevenlabs.ts';
import { googleGenai } from './google-genai.ts';
import { openai } from './openai.ts';
import { type Check, type Section, within } from './section.ts';
import { speechmatics } from './speechmatics.ts';

// npm run test:real: the contract's main points against the real providers. Costs a few sentences of speech per run.
const sections: readonly Section[] = [
  cartesia,
  openai,
  agentsRealtime,
  assemblyai,
  deepgram,
  elevenlabs,
  googleGenai,
  speechmatics,
];
const count = { passed: 0, failed: 0, skipped: 0 };
const secrets: string[] = [];

for (const section of sections) {
  console.log(`\n${section.name}`);
  const missing = Object.entries(section.needs).filter(([name]) => !process.env[name]);
  if (missing.length > 0) {
    count.skipped++;
    console.log(`skipped: set ${missing.map(([name, what]) => `${name}=<${what}>`).join(' ')}`);
  } else {
    secrets.push(...Object.keys(section.needs).map((name) => process.env[name]!));
    await section.run(check);
  }
}

// Nothing of all this keeps the process alive. 'beforeExit' comes when it is about to end by itself.
const name = 'the process ends by itself';
const hasRun = count.passed + count.failed > 0;
const watchdog = setTimeout(() => {
  tell(name, new Error('something is still open after 5 s'));
  end();
  process.exit(1);
}, 5000).unref();
process.once('beforeExit', () => {
  clearTimeout(watchdog);
  if (hasRun) tell(name);
  end();
});

function end(): void {
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed === 0 ? 0 : 1;
}

async function check(...[what, run]: Parameters<Check>): Promise<void> {
  try {
    tell(what, undefined, String((await within(run(), 60_000)) ?? ''));
  } catch (error) {
    tell(what, error);
  }
}

function tell(what: string, error?: unknown, detail = ''): void {
  count[error === undefined ? 'passed' : 'failed']++;
  console.log(`${error === undefined ? 'ok    ' : 'FAILED'} ${what}${detail && `: ${detail}`}`);
  if (error === undefined) return;
  console.log(`       ${secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), String(error))}`);
}
