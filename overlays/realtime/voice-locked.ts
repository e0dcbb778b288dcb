import { tellByCode } from '../../core/brand.ts';
import { HangupError } from '../../core/errors.ts';

/** The voice of a session cannot be changed any more: the assistant has spoken (`ERR_VOICE_LOCKED`). The session goes on. */
export class VoiceLockedError extends HangupError {
  static {
    tellByCode(VoiceLockedError, 'VoiceLockedError', /^ERR_VOICE_LOCKED$/);
  }

  override name = 'VoiceLockedError';
  declare readonly code: 'ERR_VOICE_LOCKED';

  constructor() {
    super('ERR_VOICE_LOCKED', 'setVoice(): the assistant has spoken, and the provider keeps the voice from then on');
  }
}
