/** What to hand to `overlay()`, for every error about a wrong target. */
export const importFromHint =
  'Hand in a client (new Cartesia(…)), the class TTSWS from "@cartesia/cartesia-js/resources/tts/ws", or a connection';
