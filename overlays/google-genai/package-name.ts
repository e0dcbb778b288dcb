export const packageName = '@google/genai';
