import type { WebSocket } from 'ws';
import type { Disconnectable, DisconnectReport } from '../../../core/disconnectable.ts';

/** The SDK's STT sockets, as far as the tests use them. */

export type Mode = 'auto' | 'manual';

/** An item of the iterator. */
export interface StreamItem {
  type: 'connecting' | 'open' | 'closing' | 'close' | 'message' | 'raw' | 'error' | 'reconnecting' | 'reconnected';
  message?: { type: string; transcript?: string; response?: { id: string; metadata?: { stream?: string } | null } };
  /** `error.error` is what the provider has sent, if it was the provider. */
  error?: Error & { code?: string; error?: unknown };
  code?: number;
  reason?: string;
  unsent?: unknown[];
}

interface Adapter {
  readonly readyState: number;
  readonly platformSocket: WebSocket;
  on(event: string, listener: (...args: unknown[]) => void): void;
}

/** An instance: the SDK's own members, and those that hangup adds, which the bare SDK lacks. */
export interface EventStreamSocket extends Disconnectable {
  readonly socket: Adapter;
  readonly url: URL;
  _intentionallyClosed: boolean;
  send(event: unknown): void;
  sendRaw(data: unknown): void;
  close(props?: { code: number; reason: string }): Promise<DisconnectReport> | undefined;
  stream(): AsyncIterableIterator<StreamItem>;
  on(event: string, listener: (event: Error & { code?: string }) => void): this;
}

export interface EventStreamClient extends Disconnectable {
  stt: Record<`${Mode}Finalize`, { websocket(parameters: object, options?: object): EventStreamSocket }>;
}

export const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16000 } as const;

/** 100 ms of silence. */
export const audio = new Uint8Array(3200);
