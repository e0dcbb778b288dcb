// It blocks the event loop. The lines of the compiled code are others than these.
import type { createShutdown } from '../../../lifecycle/index.ts';

interface Turn {
  readonly speaker: string;
  readonly text: string;
}

function buildTranscript(turns: Turn[]): number {
  while (turns.length >= 0);
  return turns.length;
}

const lifecycle = (await import(process.env.LIFECYCLE!)) as { createShutdown: typeof createShutdown };
lifecycle.createShutdown({ watchdog: { blockTimeout: 1200 } });
setTimeout(() => buildTranscript([]), 300);
