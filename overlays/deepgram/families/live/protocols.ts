/** The protocol of one kind of client, by its messages. */
export interface Protocol {
  /** Tells a message after which the provider has something to do. */
  begins(data: unknown): boolean;
  /** Events that say the same. */
  readonly begun?: readonly string[];
  /** Events after which it has nothing to do. */
  readonly done?: readonly string[];
  /** The type of the client's last message. The provider sends the rest, and closes. */
  readonly farewell?: string;
  /** The event of the provider's last message, where it has one. Without it, the rest was not sent. */
  readonly last?: string;
}

const hasType = (type: string) => (data: unknown) => typeof data === 'string' && data.includes(`"type":"${type}`);

/** By namespace. An agent takes no farewell: it can finish the answer that it gives. A user who speaks interrupts that answer. */
const protocols: Readonly<Record<string, Protocol>> = {
  listen: { begins: (data) => typeof data !== 'string', farewell: 'CloseStream', last: 'Metadata' },
  speak: { begins: hasType('Speak'), farewell: 'Close' },
  agent: {
    begins: hasType('Inject'),
    begun: ['AgentThinking', 'AgentStartedSpeaking'],
    done: ['AgentAudioDone', 'InjectionRefused', 'UserStartedSpeaking'],
  },
};

export const protocolOf = (namespace: string): Protocol => protocols[namespace] ?? { begins: () => false };

export function isFarewell({ farewell }: Protocol, data: unknown): boolean {
  return farewell !== undefined && data === JSON.stringify({ type: farewell });
}
