// A small program for each claim about a process. CASE says which.
import { ReceiveQueue } from '../../../receive/index.ts';

const queue = new ReceiveQueue<string>();
const say = (word: string) => console.log(word);

const cases: Record<string, () => void> = {
  /** Nobody awaits these. */
  unawaited() {
    queue.receive();
    queue.drain();
    queue[Symbol.asyncIterator]().next();
    queue.receive({ signal: AbortSignal.abort() });
    queue.receive({ timeout: 1 });
    setTimeout(() => {
      queue.end(new Error('boom'));
      queue.receive();
      queue.drain();
      setImmediate(say, 'alive');
    }, 20);
  },
  /** A promise that an app derives is the app's own. */
  derived() {
    queue.receive().then(say);
    queue.end(new Error('boom'));
  },
  /** Nothing can ever come. */
  waiting() {
    queue.receive().then(say);
    queue.drain().then(() => say('turn'));
    say('waits');
  },
  timeout() {
    queue.receive({ timeout: 200 }).catch(({ code }) => say(code));
  },
  taken() {
    queue.receive({ timeout: 60_000 }).then(say);
    queue.push('item');
  },
  left() {
    const controller = new AbortController();
    queue.receive({ timeout: 60_000, signal: controller.signal }).catch(say);
    controller.abort('aborted');
  },
  ended() {
    queue.drain({ timeout: 60_000 }).catch(({ code }) => say(code));
    queue.end();
  },
  /** The timer of an earlier wait must hold the process for a later one. */
  again() {
    queue.receive({ timeout: 300 }).then(say);
    queue.push('item');
    queue.receive({ timeout: 400 }).catch(({ code }) => say(code));
  },
};
cases[process.env.CASE!]!();
