export const packageName = '@deepgram/sdk';
