import { once } from 'node:events';
import { type Job, run } from './messages.ts';

const [job] = (await once(process, 'message')) as [Job];
const measured = await run(job);
process.send?.(measured);
