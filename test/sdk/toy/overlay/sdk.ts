import type { Probe, Sdk } from '../sdk.ts';

interface ToySocket {
  connect(): Promise<void>;
  send(message: object): unknown;
}

const probe: Probe<ToySocket> = {
  make: (Class) => new Class('ws://127.0.0.1:9') as ToySocket,
  open: (ws) => ws.connect(),
  late: (ws) => ws.send({}),
};

export const toy: Sdk = {
  name: 'toy',
  packageName: 'toy-voice',
  license: 'Apache-2.0',
  reason: ['close() waits for a peer that is gone.'],
  lastUpdate: '2026-11-29',
  environment: /^TOY_/,
  kinds: { socket: { role: 'connection', probe } },
  targets: [
    {
      family: 'socket',
      className: 'ToySocket',
      opened: 'new ToySocket()',
      async open(load) {
        const { ToySocket } = await load('toy-voice');
        return probe.make(ToySocket as never);
      },
      versions: ['1.0.0'],
      importFrom: 'toy-voice',
      builds: [
        { format: 'cjs', file: 'socket.cjs', types: 'socket.d.ts' },
        { format: 'esm', file: 'socket.mjs', types: 'socket.d.ts' },
      ],
    },
  ],
};
