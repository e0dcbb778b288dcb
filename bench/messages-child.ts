import { once } from 'node:events';
import { type Job, run } from './messages.ts';

const [job] = (await once(process, 'message')) as [Job];
const pairs = await run(job);
process.send?.(pairs);
