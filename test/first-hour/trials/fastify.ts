import { once } from 'node:events';
import { createServer } from 'node:net';
import { listen } from '../../support/ports.ts';
import { App } from '../app.ts';
import { block, pinned } from '../documents.ts';
import { quickStart } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';
import { compiler, tsconfig } from './typescript.ts';

const page = 'docs/frameworks.md';

export const fastify: Trial = {
  id: 'fastify',
  title: 'Fastify server, SIGTERM',
  async play(app) {
    app.write({ 'package.json': json({ name: 'app', private: true, type: 'module' }), 'tsconfig.json': tsconfig });
    await app.given(`npm install ${sdk} ${pinned('fastify')}`);
    await app.given(`npm install --save-dev ${compiler}`);
    await app.initialise(quickStart);
    app.write({
      'src/server.ts': block(page, 'Fastify', 'ts'),
      'src/speak.ts': block(page, 'Any server', 'ts', '// speak.ts'),
    });
    await app.command('npx tsc');
    const port = await freePort();
    await app.program(
      'node dist/server.js',
      'voice connections ended',
      async (running, voice) => {
        while (!running.output().includes('listening') && running.child.exitCode === null)
          await once(running.child.stdout!, 'data');
        const response = await fetch(`http://127.0.0.1:${port}/speak?text=Hello`);
        const body = response.body!.getReader();
        await body.read();
        await App.terminate(running, voice);
        await running.done;
        await body.cancel().catch(() => {});
      },
      { HOST: '127.0.0.1', PORT: String(port) },
    );
  },
};

/** Finds a port for the server to listen on. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
