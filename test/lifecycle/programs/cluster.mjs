// Two services, and the process that has started them.
import cluster from 'node:cluster';
import { once } from 'node:events';

if (cluster.isPrimary) {
  const { createShutdown } = await import(process.env.LIFECYCLE);
  const shutdown = createShutdown({ timeout: 20_000 });
  const workers = [cluster.fork(), cluster.fork()];
  const end = (worker) => {
    const exited = once(worker, 'exit');
    // Ctrl+C comes to the workers as well. A signal from here would be their second one.
    worker.send('shutdown', () => {});
    return exited;
  };
  const exitCodes = async () => {
    const exits = await Promise.all(workers.filter((worker) => !worker.isDead()).map(end));
    if (exits.some(([code]) => code !== 0)) throw new Error(`exits of the workers: ${exits}`);
  };
  shutdown.use('servers', 'workers', exitCodes, {
    force: () => workers.forEach((worker) => void worker.process.kill('SIGKILL')),
  });
} else await import('./service.mjs');
