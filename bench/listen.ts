import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { channels } from '../core/diagnostics.ts';

const listener = () => {};

/** Runs an action while every channel of hangup has a listener: the cost of being watched, with a listener that costs nothing. */
export async function whileListening<T>(action: () => Promise<T>): Promise<T> {
  for (const channel of channels) subscribe(channel, listener);
  try {
    return await action();
  } finally {
    for (const channel of channels) unsubscribe(channel, listener);
  }
}
