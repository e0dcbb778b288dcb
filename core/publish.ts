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

/** Publishes a message. It is made only when somebody listens. */
export function publish<N extends keyof Diagnostics>(name: N, make: () => Diagnostics[N]): void {
  channels[name] ??= open(name);
  const channel = channels[name]!;
  if (channel.hasSubscribers) channel.publish(make());
}
