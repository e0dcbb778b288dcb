export { ReceiveTimeoutError, type StreamEnd, StreamEndedError } from '../core/errors.ts';
export type { DrainOptions, ReceiveOptions, ReceiveQueueOptions, Turn } from './options.ts';
export { ReceiveQueue } from './queue.ts';
