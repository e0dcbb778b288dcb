import type { Fault } from '../behaviour.ts';
import type { Chunks } from './chunks.ts';
import { ProviderSession } from './provider-session.ts';

interface Generation {
  readonly chunks: Chunks;
  /** More text may follow. */
  isOpen: boolean;
}

/** TTS: generations by context on one connection. */
export class TtsSession extends ProviderSession {
  private readonly generations = new Map<string, Generation>();
  private readonly audio = Buffer.alloc(this.now().chunkBytes ?? 64, 7).toString('base64');

  protected request(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? undefined : this.note(data.toString());
    if (message === undefined) return;
    const id = String(message.context_id ?? '');
    if (message.cancel === true) {
      if (!this.now().ignoreCancel) this.cancel(id);
      return;
    }
    this.newest = id;
    if (this.due()) return;
    if (message.flush === true) this.send({ type: 'flush_done', context_id: id, flush_done: true, done: false });
    this.generate(id, message.transcript === '' ? 0 : this.chunksPerAnswer, message.continue === true);
  }

  private generate(id: string, chunks: number, isOpen: boolean): void {
    const generation = this.generations.get(id) ?? this.begin(id);
    generation.isOpen = isOpen;
    generation.chunks.add(chunks);
  }

  private begin(id: string): Generation {
    let sent = 0;
    const chunks = this.chunksOf(
      () => this.sendChunk(id, sent++),
      () => {
        if (!generation.isOpen) this.finish(id);
      },
    );
    const generation: Generation = { chunks, isOpen: true };
    this.generations.set(id, generation);
    return generation;
  }

  private sendChunk(id: string, index: number): void {
    const given = this.given(index);
    const data = given === undefined ? this.audio : Buffer.from(given as Uint8Array).toString('base64');
    this.send({ type: 'chunk', context_id: id, data, done: false, status_code: 206, step_time: 1.5 });
  }

  /** Ends a generation. @returns false when there is none */
  private stopGeneration(id: string): boolean {
    this.generations.get(id)?.chunks.stop();
    return this.generations.delete(id);
  }

  private finish(id: string): void {
    if (this.stopGeneration(id) && this.now().done !== false) this.sendDone(id);
  }

  private cancel(id: string): void {
    this.stopGeneration(id);
    this.sendDone(id);
  }

  private sendDone(id: string): void {
    this.send({ type: 'done', context_id: id, done: true, status_code: 200 });
  }

  protected reportError({ withContext, message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    // As the provider does: an error that names a context is the last event of that context.
    if (withContext) this.stopGeneration(this.newest);
    this.send({
      type: 'error',
      ...(withContext && { context_id: this.newest }),
      title: 'Injected',
      message,
      error_code: 'injected',
      status_code: 500,
      done: true,
    });
  }

  protected stopTimers(): void {
    for (const { chunks } of this.generations.values()) chunks.stop();
    this.generations.clear();
  }
}
