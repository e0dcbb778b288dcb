export const packageName = '@speechmatics/real-time-client';
