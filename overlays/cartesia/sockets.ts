/** An SDK client before 3.0. */
interface Client {
  tts: { websocket(options: object): object };
  /** Has connections since 2.2.4. */
  stt?: { websocket?(options: object): object };
}

/** An instance of each class of connections that a client of 1.x or 2.x makes. Making one opens nothing. */
export function connectionsBehind({ tts, stt }: Client): readonly object[] {
  const options = { sampleRate: 16_000, encoding: 'pcm_s16le' };
  const transcriber = stt?.websocket?.(options);
  return transcriber === undefined ? [tts.websocket(options)] : [tts.websocket(options), transcriber];
}
