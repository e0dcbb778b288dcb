export const packageName = 'assemblyai';
