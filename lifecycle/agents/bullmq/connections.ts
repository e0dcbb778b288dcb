import type { ConnectionOptions } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../../logger.ts';
import { redisOptions } from '../stores/redis.ts';
import { sameErrorEvery } from './limits.ts';

/** A URL such as `redis://127.0.0.1:6379`, or the options of ioredis. */
export type RedisConnection = string | RedisOptions;

/** @throws {TypeError} that does not have the text, which may have a password */
export function checkConnection(call: string, connection: RedisConnection): void {
  const isUrl = (text: string) => /^(rediss?:\/)?\//.test(text) && (text.startsWith('/') || URL.canParse(text));
  if (typeof connection === 'string' ? isUrl(connection) : typeof connection === 'object' && connection !== null)
    return;
  throw new TypeError(`${call}: connection is a URL such as redis://127.0.0.1:6379, or the options of ioredis`);
}

/** Its commands fail within 250 ms, whether Redis is dead, frozen or restarted: they are repeated by those who know until when. */
export function boundedClient(connection: RedisConnection, logger: Logger): Redis {
  const client =
    typeof connection === 'string'
      ? new Redis(connection, redisOptions)
      : new Redis({ ...(connection as object), ...redisOptions });
  client.on('error', tellOnce(logger));
  return client;
}

/** The options of a BullMQ worker, which waits for Redis as long as it takes. */
export function patientOptions(connection: RedisConnection): ConnectionOptions {
  const patience = { maxRetriesPerRequest: null, retryStrategy: redisOptions.retryStrategy };
  const options = typeof connection === 'string' ? { url: connection, ...patience } : { ...connection, ...patience };
  // BullMQ declares the same options without `undefined`.
  return options as ConnectionOptions;
}

/** Tells each error once in a while: a Redis that is down refuses ten times a second. The command of the error may hold a password. */
export function tellOnce(logger: Logger): (error: Error) => void {
  const told = new Map<string, number>();
  return ({ message }) => {
    const now = performance.now();
    if (now - (told.get(message) ?? Number.NEGATIVE_INFINITY) < sameErrorEvery) return;
    told.set(message, now);
    logger.warn({}, `redis: ${message}`);
  };
}
