import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Case } from './cases.ts';

/** A provider on 127.0.0.1 that says the least that each of the SDKs waits for. */
export async function startProvider(played: Case): Promise<{ address: string; close(): void }> {
  const http = createServer((_request, response) => {
    // Gladia asks for a session first.
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'a-session', created_at: '2026-01-01T00:00:00Z', url: address }));
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, tcp, head) => {
    if (played !== 'stall') sockets.handleUpgrade(request, tcp, head, (socket) => serve(socket, played));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    address,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
    },
  };
}

function serve(socket: WebSocket, played: Case): void {
  // `ws` answers a close frame by its own close().
  if (played === 'close') socket.close = () => {};
  socket.on('error', () => {});
  socket.send(JSON.stringify({ type: 'session.created', event_id: 'e', session: {} }));
  socket.on('message', (data) => {
    const text = String(data);
    if (text.includes('StartRecognition')) socket.send('{"message":"RecognitionStarted"}');
    if (text.includes('EndOfStream')) socket.send('{"message":"EndOfTranscript"}');
  });
  if (played === 'frame') setTimeout(() => socket.send('{ not json'), 200);
}
