import type { Line } from '../../driver.ts';
import { type AudioSource, chunkSamples, request, type Wrapper } from '../../drivers/source-router.ts';
import type { LineStage } from '../../every/stage.ts';

export const wrapperOf = (line: Line): Wrapper => line.target as Wrapper;

/** A source for one request, that nobody reads yet. */
export async function ask(stage: LineStage, line: Line, contextId = 'a', more: object = {}): Promise<AudioSource> {
  const sent = wrapperOf(line).send({ ...request, contextId, ...more });
  return (await stage.within(sent, 'send()')).source;
}

/** One read. Resolves with the samples that it copied, or with the error. */
export function read(source: AudioSource, samples = chunkSamples): Promise<number | Error> {
  return source.read(new Float32Array(samples)).catch((error: Error) => error);
}

/** Reads until the end, and tells how many samples there were, or what the last read rejected with. */
export async function readAll(source: AudioSource): Promise<number | Error> {
  for (let sum = 0; ; ) {
    const count = await read(source);
    if (count instanceof Error) return count;
    if (count === 0) return sum;
    sum += count;
  }
}

/** Resolves when the server has sent so many chunks. They may still be on their way. */
export function chunks(stage: LineStage, count: number): Promise<void> {
  return stage.ready(() => stage.server.seen.connections.at(-1)!.chunks >= count, `${count} chunks`);
}
