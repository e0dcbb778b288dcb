import { printWhenAsked } from './debug.ts';
import type { Diagnostics } from './diagnostics.ts';
import { nodeModule } from './node.ts';

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

const silent: Channel = { hasSubscribers: false, publish() {} };
const channels: Partial<Record<keyof Diagnostics, Channel>> = {};

/** Opens a channel when it is first used, because the import of an SDK waits for nothing. */
function open(name: keyof Diagnostics): Channel {
  const node = nodeModule<{ channel(name: string): Channel }>('diagnostics_channel');
  printWhenAsked();
  return node?.channel(name) ?? silent;
}

function channelOf(name: keyof Diagnostics): Channel {
  channels[name] ??= open(name);
  return channels[name]!;
}

/** Publishes a message after all readers have learnt of it: a subscriber may end what the message is about. */
export function publishLater<N extends keyof Diagnostics>(name: N, make: () => Diagnostics[N]): void {
  if (channelOf(name).hasSubscribers) setTimeout(() => publish(name, make), 0);
}

/** Somebody listens. Code that runs for thousands of ends at once asks first, and makes nothing for nobody. */
export const isHeard = (name: keyof Diagnostics): boolean => channelOf(name).hasSubscribers;

/** Publishes a message. It is made only when somebody listens. */
export function publish<N extends keyof Diagnostics>(name: N, make: () => Diagnostics[N]): void {
  const channel = channelOf(name);
  if (channel.hasSubscribers) channel.publish(make());
}
