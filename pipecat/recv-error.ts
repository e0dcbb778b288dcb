import { type StreamEnd, StreamEndedError } from '../core/errors.ts';

/** The connection to the bot has ended, and nothing more will be received (`ERR_STREAM_ENDED`). */
export class PipecatRecvError extends StreamEndedError {
  static {
    // Spelt out, because minifiers rename classes.
    Object.defineProperty(PipecatRecvError, 'name', { value: 'PipecatRecvError' });
  }

  override name = 'PipecatRecvError';

  constructor(message: string, end?: StreamEnd) {
    super(message, end);
  }
}
