export const packageName = 'openai';
