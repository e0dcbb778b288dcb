// Compiled, never run: the types that programs are written against, and that hangup/receive has to keep.

import {
  type DrainOptions,
  type ReceiveOptions,
  ReceiveQueue,
  type ReceiveQueueOptions,
  ReceiveTimeoutError,
  type StreamEnd,
  StreamEndedError,
  type Turn,
} from '../../receive/index.ts';

interface PromisedQueueOptions {
  bound?: number;
  timeout?: number;
  secrets?: readonly string[];
  errorClass?: new (message: string, end: StreamEnd) => StreamEndedError;
}
interface PromisedReceiveOptions {
  signal?: AbortSignal;
  timeout?: number;
}
interface PromisedDrainOptions<T> extends PromisedReceiveOptions {
  silence?: number;
  limit?: number;
  isLast?(item: T): boolean;
  isSilence?(item: T): boolean;
}
interface PromisedTurn<T> {
  items: T[];
  endedBy: 'last' | 'silence' | 'limit' | 'stream';
}
interface PromisedQueue<T> extends AsyncIterable<T> {
  readonly size: number;
  readonly ended: boolean;
  readonly error: StreamEndedError | undefined;
  push(item: T): boolean;
  room(): Promise<void>;
  touch(): void;
  end(cause?: Error | StreamEnd): boolean;
  clear(): number;
  pump(source: AsyncIterable<T>, options?: { signal?: AbortSignal }): Promise<void>;
  receive(options?: PromisedReceiveOptions): Promise<T>;
  drain(options?: PromisedDrainOptions<T>): Promise<PromisedTurn<T>>;
  [Symbol.asyncIterator](): AsyncIterableIterator<T>;
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};
type Members<T> = { [K in keyof T]: T[K] };

interface Item {
  audio: string;
}
same<Members<ReceiveQueueOptions>, Members<PromisedQueueOptions>>(true);
same<Members<ReceiveOptions>, Members<PromisedReceiveOptions>>(true);
same<Members<DrainOptions<Item>>, Members<PromisedDrainOptions<Item>>>(true);
same<Members<Turn<Item>>, Members<PromisedTurn<Item>>>(true);
same<keyof ReceiveQueue<Item>, keyof PromisedQueue<Item>>(true);
same<Members<NonNullable<ConstructorParameters<typeof ReceiveQueue>[0]>>, Members<PromisedQueueOptions>>(true);

class BotError extends StreamEndedError {}
export const queue: PromisedQueue<Item> = new ReceiveQueue<Item>({ errorClass: BotError });
export const timeout: { phase: 'first-chunk' | 'between-chunks'; timeout: number } = new ReceiveTimeoutError(
  'first-chunk',
  5,
);
