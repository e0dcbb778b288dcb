import {
  type DrainOptions,
  type ReceiveOptions,
  ReceiveQueue,
  type ReceiveQueueOptions,
  type Turn,
} from '../receive/index.ts';

type Loop = AsyncIterableIterator<Int16Array>;

/** The audio of the bot in line, and the marks between its chunks. A mark is passed when all audio before it was taken. */
export class BotAudio extends ReceiveQueue<Int16Array> {
  readonly #onPassed: (mark: string) => void;
  #marks: { readonly name: string; readonly position: number }[] = [];
  /** The number of chunks that have arrived. */
  #arrived = 0;

  /** @param onPassed is told of each mark, in the order of the marks */
  constructor(options: ReceiveQueueOptions, onPassed: (mark: string) => void) {
    super(options);
    this.#onPassed = onPassed;
  }

  override push(pcm: Int16Array): boolean {
    this.#arrived += 1;
    return super.push(pcm);
  }

  /** Puts a mark behind the audio that has arrived. */
  mark(name: string): void {
    this.#marks.push({ name, position: this.#arrived });
    this.#pass();
  }

  override receive(options?: ReceiveOptions): Promise<Int16Array> {
    const received = super.receive(options);
    this.#pass();
    return received;
  }

  override drain(options?: DrainOptions<Int16Array>): Promise<Turn<Int16Array>> {
    const drained = super.drain(options);
    this.#pass();
    return drained;
  }

  override clear(): number {
    const count = super.clear();
    this.#pass();
    return count;
  }

  /** Drops the audio in line at the own end: its marks are not answered, because nobody has heard it. */
  drop(): void {
    this.#marks = [];
    super.clear();
  }

  override [Symbol.asyncIterator](): Loop {
    const loop = super[Symbol.asyncIterator]();
    const next = loop.next.bind(loop);
    loop.next = () => {
      const step = next();
      this.#pass();
      return step;
    };
    return loop;
  }

  /** Consumers take audio while they are called, or as it arrives. So no audio leaves the line unseen. */
  #pass(): void {
    if (this.#marks.length === 0) return;
    const taken = this.#arrived - this.size;
    const open = this.#marks.findIndex(({ position }) => position > taken);
    const passed = this.#marks.splice(0, open < 0 ? this.#marks.length : open);
    for (const { name } of passed) this.#onPassed(name);
  }
}
