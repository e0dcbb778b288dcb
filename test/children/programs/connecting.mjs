import { setTimeout as sleep } from 'node:timers/promises';
import { client, hangUp, TTSWS } from './cell.mjs';

const ws = new TTSWS(client);
if (process.env.SAME_TICK !== '1') await sleep(100);
await hangUp(ws, process.env.FORCE === '1');
