/** Node's own fetch and WebSocket, through what stands between them and the network, on each release of Node under test. */
import assert from 'node:assert/strict';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, test } from 'vitest';
import { runChild } from '../children/run-child.ts';
import { certificate } from '../support/certificate.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import { listen } from '../support/ports.ts';
import type { Cell } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';

const newer: Cell = { version: '4.2.0', delivery: 'overlay', format: 'cjs' };
const older: Cell = { version: '2.2.9', delivery: 'overlay', format: 'cjs' };

const dials: readonly [through: string, cell: Cell][] = [
  ['async fetch', newer],
  ['async fetch', older],
  ['proxied fetch', newer],
  ['proxied fetch', older],
  ['proxied socket', older],
];

/** The answer of the proxy to a request for a tunnel. */
const proxies = { silent: '', 'one that opens the tunnel': 'HTTP/1.1 200 OK\r\n\r\n' };

for (const release of nodeReleases.filter((version) => Number.parseInt(version, 10) >= 22)) {
  describe.concurrent(`Node.js ${release}`, () => {
    for (const [through, cell] of dials) {
      for (const [kind, answer] of Object.entries(through.startsWith('proxied') ? proxies : { silent: '' })) {
        for (const how of ['false', 'true']) {
          test(`${cell.version}: ${through}, ${kind}: gone after disconnect(${how})`, async (context) => {
            const node = await nodeOr(context.skip, release);
            const { server, port, seen } = await startProxy(answer);
            try {
              const http = `http://127.0.0.1:${port}`;
              const isProxied = through.startsWith('proxied');
              const env = {
                THROUGH: through,
                HOW: how,
                ...(isProxied && { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: http }),
              };
              const reached = { url: `https://127.0.0.1:${port}`, caFile: '' };
              const result = await runChild('silent-dial', cell, reached, { cap: 6_000, env, node });
              const story = JSON.stringify(result);
              assert.deepEqual([result.code, result.signal], [0, null], story);
              assert.ok(result.ms < 2_500, story);
              assert.equal(seen.length, 1, story);
            } finally {
              server.close();
              for (const socket of seen) socket.destroy();
            }
          }, 60_000);
        }
      }
    }

    for (const greeting of ['upgrade-401', 'reset'] as const) {
      test(`2.2.9: a handshake that meets ${greeting} leaves nothing behind, and the report says so`, async (context) => {
        const node = await nodeOr(context.skip, release);
        const server = await startVoiceServer({ greeting });
        try {
          const env = { THROUGH: 'socket', HOW: 'false', WAIT: '8000' };
          const { said, code } = await runChild('silent-dial', older, server, { cap: 6_000, env, node });
          assert.deepEqual([code, said], [0, ['rejected', 'graceful, abandoned:']]);
        } finally {
          await server.close();
        }
      }, 60_000);
    }

    for (const state of ['open', 'connecting']) {
      for (const how of ['false', 'true']) {
        test(`2.2.9: disconnect(${how}) while ${state}, when Node shows no connection: the report says so`, async (context) => {
          const node = await nodeOr(context.skip, release);
          const server = await startVoiceServer(state === 'open' ? { onClose: 'ignore' } : { greeting: 'tcp-silence' });
          try {
            const { said } = await runChild('route-gone', older, server, {
              cap: 6_000,
              env: { STATE: state, HOW: how },
              node,
            });
            assert.deepEqual(said, ['forced', 'client › socket tts']);
          } finally {
            await server.close();
          }
        }, 60_000);
      }
    }
  });
}

/** The newest Node opens a WebSocket over HTTP/2 where the server offers that: others share its connection. */
const newest = nodeReleases.at(-1)!;
describe.concurrent(`HTTP/2, Node.js ${newest}`, () => {
  for (const [beside, says] of [
    ['', ['forced', 'client › socket tts', 'undefined']],
    ['before', ['forced', 'client › socket tts', 'whole']],
    ['after', ['forced', 'client › socket tts', 'whole']],
  ] as const) {
    test(`a socket ${beside ? `with a request beside it, from ${beside},` : 'alone'} is named in the report`, async (context) => {
      const node = await nodeOr(context.skip, newest);
      const { server, url, caFile } = await startHttp2();
      try {
        const env = { BESIDE: beside };
        const { said, signal, stderr } = await runChild(
          'http2-socket',
          older,
          { url, caFile },
          { cap: 3_000, env, node },
        );
        assert.deepEqual([signal, said], [null, says], stderr);
      } finally {
        server.close();
      }
    }, 60_000);
  }
});

/** Answers a request late, and a frame never. */
async function startHttp2(): Promise<{ server: Http2SecureServer; url: string; caFile: string }> {
  const { key, cert, caFile } = certificate();
  const server = createSecureServer({ key, cert, settings: { enableConnectProtocol: true } });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {}).resume();
    stream.respond({ ':status': 200 });
    if (headers[':method'] !== 'CONNECT') setTimeout(() => stream.end('whole'), 800);
  });
  server.on('sessionError', () => {});
  return { server, url: `https://127.0.0.1:${await listen(server)}`, caFile };
}

async function startProxy(answer: string): Promise<{ server: Server; port: number; seen: Socket[] }> {
  const seen: Socket[] = [];
  const server = createServer((socket) => {
    seen.push(socket);
    socket.on('error', () => {});
    if (answer !== '') socket.once('data', () => socket.write(answer));
    socket.resume();
  });
  return { server, port: await listen(server), seen };
}
