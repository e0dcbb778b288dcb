import type { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';

export declare class ToySocket extends EventEmitter {
  readonly socket?: WebSocket;
  constructor(url: string, options?: object);
  connect(): Promise<void>;
  send(message: object): void;
  close(): void;
}
