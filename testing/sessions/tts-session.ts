import type { Fault } from '../behaviour.ts';
import { ProviderSession } from './provider-session.ts';

interface Generation {
  left: number;
  sent: number;
  open: boolean;
  timer: NodeJS.Timeout | undefined;
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

  private generate(id: string, chunks: number, open: boolean): void {
    const generation = this.generations.get(id) ?? { left: 0, sent: 0, open, timer: undefined };
    this.generations.set(id, generation);
    generation.left += chunks;
    generation.open = open;
    if (generation.timer === undefined) this.step(id, generation);
  }

  private step(id: string, generation: Generation): void {
    generation.timer = undefined;
    const interval = this.now().interval ?? 2;
    const pace = generation.left === Number.POSITIVE_INFINITY ? Math.max(interval, 1) : interval;
    while (generation.left > 0 && !this.mute) {
      const given = this.given(generation.sent++);
      const data = given === undefined ? this.audio : Buffer.from(given as Uint8Array).toString('base64');
      this.send({ type: 'chunk', context_id: id, data, done: false, status_code: 206, step_time: 1.5 });
      this.seen.chunks++;
      generation.left--;
      if (this.due() || this.generations.get(id) !== generation) return;
      if (pace > 0) {
        generation.timer = setTimeout(() => this.step(id, generation), pace);
        return;
      }
    }
    if (!generation.open) this.finish(id);
  }

  private finish(id: string): void {
    clearTimeout(this.generations.get(id)?.timer);
    if (this.generations.delete(id) && this.now().done !== false) this.sendDone(id);
  }

  private cancel(id: string): void {
    clearTimeout(this.generations.get(id)?.timer);
    this.generations.delete(id);
    this.sendDone(id);
  }

  private sendDone(id: string): void {
    this.send({ type: 'done', context_id: id, done: true, status_code: 200 });
  }

  protected reportError({ withContext, message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    // As the provider does: an error that names a context is the last event of that context.
    if (withContext) this.generations.delete(this.newest);
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
    for (const generation of this.generations.values()) clearTimeout(generation.timer);
    this.generations.clear();
  }
}
