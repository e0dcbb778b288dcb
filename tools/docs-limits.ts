import * as limits from '../core/limits.ts';
import { writeTables } from '../test/support/generated-tables.ts';

/** An explanation for every number in `T`, and for every number in its objects. */
type Explained<T> = { [K in keyof T]: T[K] extends number ? string : Explained<T[K]> };

// Makes the table of times in docs/limits.md. `npm run docs` writes it, `npm run lint` checks it.
const meanings: Explained<typeof limits> = {
  disconnectTimeout: 'The whole `disconnect()`. The default of `timeout`.',
  caps: {
    cancel: 'The step `cancel`: the provider confirms that it has cancelled the streams',
    loops: 'The step `loops`: the receive loops end',
    close: 'The step `close`: the provider answers the close frame. Also the limit of `ws.close()`.',
  },
  forceCap: 'The step `force`: a destroyed socket reports its end. This comes on top of the budget.',
  answerTimeout: '`createResponse()` and `setVoice()` of an OpenAI Realtime session. The default of their `timeout`.',
  connectTimeout: 'A handshake. The default of `connectTimeout`.',
  turnSilence: 'The silence that ends a turn of `drain()` of `hangup/receive`. The default of `silence`.',
  maxDelay: 'Every option: a timer cannot wait longer',
};

function rows(numbers: object, explained: object): string[][] {
  return Object.entries(explained).flatMap(([key, meaning]) => {
    const value: object | number = Reflect.get(numbers, key);
    return typeof value === 'number' ? [[String(value), meaning]] : rows(value, meaning);
  });
}

writeTables('docs/limits.md', 'times', [[['ms', 'Limit of'], ...rows(limits, meanings)]]);
