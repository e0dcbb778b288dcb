import { nodeModule } from '../../core/node.ts';
import { shared } from '../../core/shared.ts';
import { replaceForMoment } from './globals.ts';

// An SDK does not show the timers that it sets, and they hold the process after everything else has ended.

/**
 * Catches the timer that the SDK sets later in this very tick, if it does.
 *
 * @param onTimer gets a function that ends the wait for the timer at once: it clears the timer and calls back
 */
export function catchTimer(onTimer: (endWait: () => void) => void): void {
  const { setTimeout, clearTimeout } = globalThis;
  let isOver = false;
  const caught = (callback: () => void, ms: number, ...rest: []) => {
    const timer = setTimeout(callback, ms, ...rest);
    if (!isOver) {
      stop();
      onTimer(() => {
        clearTimeout(timer);
        callback();
      });
    }
    return timer;
  };
  const restore = replaceForMoment(globalThis, 'setTimeout', Object.assign(caught, setTimeout));
  const stop = () => {
    isOver = true;
    restore();
  };
  queueMicrotask(stop);
}

/** A timer of Node's. Timers of the same delay, in whole ms, are links of one ring; the next one is that which was set before. */
interface Link {
  readonly _idleTimeout?: number;
  readonly _idleNext?: Link | null;
}

/** Fractions of a ms do not change when a timer runs out. */
const fraction = 2 ** -20;
/** All copies of hangup share the number of the last delay. */
const last = () => shared('delays@1', () => ({ count: 0 }));

/**
 * Makes a delay that no other timer has, by which {@link clearTimer} finds the timer.
 *
 * @param ms the delay
 * @returns the same delay in s, which is how the SDK is told of it
 */
export function uniqueSeconds(ms: number): number {
  const delay = last();
  delay.count = (delay.count + 1) % (1 / fraction);
  return (ms + delay.count * fraction) / 1000;
}

/** Clears the timer of a delay from {@link uniqueSeconds}, if it is set. Elsewhere than on Node, a timer holds nothing. */
export function clearTimer(seconds: number): void {
  const timers = nodeModule<typeof import('node:timers')>('timers');
  if (timers === undefined) return;
  const ms = seconds * 1000;
  const own = timers.setTimeout(() => {}, ms);
  const ring: Link = own as unknown as Link;
  for (let link = ring._idleNext; link && link !== ring; link = link._idleNext) {
    if (link._idleTimeout === ms) {
      timers.clearTimeout(link as unknown as NodeJS.Timeout);
      break;
    }
  }
  timers.clearTimeout(own);
}
