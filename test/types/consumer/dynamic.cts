// The same with `module: node16`, and for older TypeScript.

export async function main(): Promise<boolean> {
  const { Cartesia } = await import('@cartesia/cartesia-js');
  const { overlay } = await import('hangup/cartesia');
  const { assertPatched, verify } = await import('hangup/verify');
  const { StreamEndedError } = await import('hangup');
  const { fakeProvider } = await import('hangup/testing');
  await fakeProvider().close();
  const { ReceiveQueue } = await import('hangup/receive');
  const { connect } = await import('hangup/pipecat');
  await (await connect('ws://127.0.0.1/ws')).disconnect(true);
  new ReceiveQueue<string>().push('item');
  const { target: client } = overlay(new Cartesia({ apiKey: 'key' }), { timeout: 500 });
  const { outcome } = await client.disconnect(true);
  assertPatched(Cartesia);
  // @ts-expect-error an option that does not exist
  overlay(client, { tiemout: 500 });
  return outcome === 'forced' && new Error() instanceof StreamEndedError && (await verify()).ok;
}
