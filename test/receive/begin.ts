import type { DrainOptions, ReceiveQueue, Turn } from '../../receive/index.ts';

/** Begins a turn. `ended` is how it has ended so far. */
export function begin(queue: ReceiveQueue<string>, options?: DrainOptions<string>) {
  const turn: { ended: Turn<string> | Error | undefined } = { ended: undefined };
  queue.drain(options).then(
    (result) => {
      turn.ended = result;
    },
    (error) => {
      turn.ended = error;
    },
  );
  return turn;
}
