export const packageName = '@openai/agents-realtime';
