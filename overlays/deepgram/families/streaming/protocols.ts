/** The protocol of one class of sockets. */
export interface Protocol {
  /** Names its sockets in reports. */
  readonly name: string;
  /** The method by which its class is told from the others. */
  readonly method: string;
  /** The methods after which the provider has something to do. */
  readonly begins: readonly string[];
  /** A message of the provider that says the same. */
  readonly begun?: RegExp;
  /** Messages of the provider after which it has nothing to do. */
  readonly done?: RegExp;
  /** The last message of the client. The provider sends the rest, and closes. */
  readonly farewell?: { readonly type: string; readonly method: string };
  /** The last message of the provider, where it has one. Without it, the rest was not sent. */
  readonly last?: RegExp;
}

const closeStream = { type: 'CloseStream', method: 'sendCloseStream' };
const close = { type: 'Close', method: 'sendClose' };

/** An agent takes no farewell: it can finish the answer that it gives. A user who speaks interrupts that answer. */
const agent: Protocol = {
  name: 'socket agent',
  method: 'sendSettings',
  begins: ['sendInjectUserMessage', 'sendInjectAgentMessage'],
  begun: /"type":\s*"Agent(?:Thinking|StartedSpeaking)"/,
  done: /"type":\s*"(?:AgentAudioDone|InjectionRefused|UserStartedSpeaking)"/,
};

const protocols: readonly Protocol[] = [
  agent,
  { name: 'socket speak', method: 'sendText', begins: ['sendText'], farewell: close },
  { name: 'socket speak v2', method: 'sendSpeak', begins: ['sendSpeak'], farewell: close },
  {
    name: 'socket listen',
    method: 'sendFinalize',
    begins: ['sendMedia'],
    farewell: closeStream,
    last: /"type":\s*"Metadata"/,
  },
];

/** Flux: it has fewer methods than the others. */
const flux: Protocol = { name: 'socket listen v2', method: 'sendMedia', begins: ['sendMedia'], farewell: closeStream };

export function protocolOf(prototype: object): Protocol {
  return protocols.find(({ method }) => method in prototype) ?? flux;
}
