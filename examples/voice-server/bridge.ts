import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Logger, Session } from '../../lifecycle/index.ts';
import { buildTranscript, cleanUp, type Faults } from './faults.ts';
import type { Conversation, Realtime } from './provider.ts';
import { saveTranscript, Transcript } from './transcript.ts';

const toolMs = 12_000;
const assessmentMs = 12_000;
const keepAliveMs = 3000;
/** A client that does not read gets no more audio than that. */
const mostBuffered = 1_000_000;

export interface BridgeOptions {
  readonly realtime: Realtime;
  readonly faults: Faults;
  readonly transcriptDir: string | undefined;
  readonly logger: Logger;
  /** The number of sessions before it. The faults are for the first ones. */
  readonly index: number;
}

/** A request of a client. */
interface Request {
  readonly type: string | undefined;
  readonly ms: number | undefined;
}

/**
 * Reads what a client sends, and it may send anything.
 *
 * @throws {SyntaxError} it is no JSON
 */
function readRequest(text: string): Request {
  const message = JSON.parse(text) as { type?: unknown; ms?: unknown } | null;
  const type = typeof message?.type === 'string' ? message.type : undefined;
  return { type, ms: typeof message?.ms === 'number' ? message.ms : undefined };
}

/** Connects one browser with the provider, and adds all that belongs to the call to its session. */
export class Bridge {
  readonly #session: Session;
  readonly #client: WebSocket;
  readonly #options: BridgeOptions;
  readonly #provider: Conversation;
  readonly #transcript: Transcript;
  #isListening = true;
  readonly #sentenceEnds = new Set<() => void>();

  constructor(session: Session, client: WebSocket, options: BridgeOptions) {
    this.#session = session;
    this.#client = client;
    this.#options = options;
    this.#transcript = new Transcript(session.id);
    this.#provider = options.realtime.begin({
      audio: (chunk) => client.bufferedAmount < mostBuffered && client.send(chunk),
      toolCall: (_, callId) => this.#runTool(callId),
      done: (hasSpoken) => this.#responseEnded(hasSpoken),
      error: (error) => options.logger.warn({ err: error, session: session.id }, `provider: ${error.message}`),
      closed: () => void session.end(),
    });
    this.#useAll();
    client.on('message', (data, isBinary) => this.#hear(data as Buffer, isBinary));
    // A broken frame, or one that is too big: the client is closed, and the other calls go on.
    client.on('error', (error) => options.logger.warn({ err: error, session: session.id }, `client: ${error.message}`));
    client.on('close', () => void session.end());
    void session.tasks.run('connect', async (signal) => {
      await this.#provider.connected(signal);
      this.#tell({ type: 'session.ready', id: session.id });
    });
    session.tasks.interval('keepalive', keepAliveMs, () => this.#provider.keepAlive());
  }

  /** The members of the session. They end in this order, after the tasks. */
  #useAll(): void {
    const { faults, index, transcriptDir } = this.#options;
    const session = this.#session;
    session.use('microphone', () => {
      this.#isListening = false;
    });
    session.use('clean-up', () => cleanUp(faults, index));
    // It cancels the sentence that is being spoken, and closes.
    session.use('provider', this.#provider.connection);
    if (transcriptDir !== undefined) {
      const save = () => saveTranscript(transcriptDir, this.#transcript);
      session.use('transcript', save, { force: save });
    }
    session.use('client', this.#client);
  }

  /** Resolves at the end of the sentence that is being spoken. */
  sentenceEnd(signal: AbortSignal): Promise<void> {
    if (!this.#provider.isSpeaking || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#sentenceEnds.add(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  }

  #responseEnded(hasSpoken: boolean): void {
    if (hasSpoken) this.#tell({ type: 'response.done' });
    for (const resolve of this.#sentenceEnds) resolve();
    this.#sentenceEnds.clear();
  }

  #tell(message: object): void {
    if (this.#client.readyState === this.#client.OPEN) this.#client.send(JSON.stringify(message));
  }

  #hear(data: Buffer, isBinary: boolean): void {
    if (!this.#isListening) return;
    if (isBinary) {
      this.#provider.hear(data);
      return;
    }
    let request: Request;
    try {
      request = readRequest(String(data));
    } catch {
      this.#tell({ type: 'error', message: 'this is no JSON' });
      return;
    }
    this.#transcript.add(`client: ${request.type}`);
    this.#do(request);
  }

  #do({ type, ms }: Request): void {
    const { tasks } = this.#session;
    if (type === 'talk') void tasks.run('talk', (signal) => this.#talk(signal, ms));
    else if (type === 'tool') void tasks.run('tool', (signal) => this.#provider.callTool('prepare_interview', signal));
    else if (type === 'assess') void tasks.run('assessment', (signal) => this.#assess(signal));
    else if (type === 'fault.block' && this.#options.faults.remote) buildTranscript(ms ?? 0);
    else this.#tell({ type: 'error', message: `unknown message ${type}` });
  }

  async #talk(signal: AbortSignal, ms: number | undefined): Promise<void> {
    await this.#provider.speak('Talk about your day.', signal, ms);
    this.#tell({ type: 'state', state: 'talk' });
  }

  #runTool(callId: string): void {
    void this.#session.tasks.run('tool call', async (signal) => {
      this.#tell({ type: 'state', state: 'tool' });
      await sleep(toolMs, undefined, { signal });
      this.#provider.toolResult(callId, 'the interview is prepared');
      await this.#provider.speak('Tell the user that the interview is prepared.', signal, 2000);
    });
  }

  /** Judges the interview, which takes long, and speaks the result: in another voice, when that is possible. */
  async #assess(signal: AbortSignal): Promise<void> {
    this.#tell({ type: 'state', state: 'assess' });
    const { faults, index } = this.#options;
    await sleep(assessmentMs, undefined, index < faults.swallow ? {} : { signal });
    const hasNewVoice = await this.#provider.changeVoice('cedar');
    await this.#provider.speak(
      hasNewVoice ? 'Read the assessment.' : 'Read the assessment, in a serious voice.',
      signal,
      3000,
    );
    this.#transcript.add('assessment: spoken');
  }
}
