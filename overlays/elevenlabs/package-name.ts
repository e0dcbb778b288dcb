export const packageName = '@elevenlabs/elevenlabs-js';
