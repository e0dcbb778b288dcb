import { setMember } from '../../../foreign/members.ts';
import type { AudioInterface, Conversation } from './shapes.ts';

/** The connection that the microphone belongs to. */
interface Owner {
  /** The app has ended the session: the provider hears nothing more. */
  readonly ended: boolean;
  onAudioFault(error: unknown): void;
}

/**
 * Stands between the SDK and the microphone and speaker of the app. The SDK stops them at each `endSession()` of the app, and
 * never after a drop by the provider.
 */
export class StoppedOnce implements AudioInterface {
  readonly #audio: AudioInterface;
  readonly #owner: () => Owner;
  #isRunning: boolean;
  #isStopped = false;

  /** @param isRunning it was started before hangup came */
  constructor(audio: AudioInterface, owner: () => Owner, isRunning: boolean) {
    this.#audio = audio;
    this.#owner = owner;
    this.#isRunning = isRunning;
  }

  start(listener: (audio: unknown) => void): void {
    this.#isRunning = true;
    this.#audio.start((audio) => {
      if (!this.#owner().ended) listener(audio);
    });
  }

  /** Never throws, because the connection has to be closed all the same. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    try {
      this.#audio.stop();
    } catch (error) {
      this.#owner().onAudioFault(error);
    }
  }

  /** The connection is lost. */
  stopIfRunning(): void {
    if (this.#isRunning) this.stop();
  }

  output(audio: unknown): void {
    this.#audio.output(audio);
  }

  interrupt(): void {
    this.#audio.interrupt();
  }
}

/**
 * Puts hangup between the SDK and the audio interface of a conversation.
 *
 * @param isRunning it was started before hangup came
 */
export function guardAudio(conversation: Conversation, owner: () => Owner, isRunning = false): StoppedOnce | undefined {
  const { audioInterface } = conversation;
  if (!audioInterface || audioInterface instanceof StoppedOnce) return audioInterface;
  const value = new StoppedOnce(audioInterface, owner, isRunning);
  try {
    setMember(conversation, 'audioInterface', { value, writable: true, enumerable: true });
  } catch {
    // A conversation that is frozen keeps the app's.
  }
  return value;
}
