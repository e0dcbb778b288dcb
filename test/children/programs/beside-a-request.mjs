// One request, and the end of its client at a moment beside it: before the request has dialled, or after it was over.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_FORMAT, CELL_OVERLAY, CELL_URL, CELL_MODULE, CLASS_NAME, MOMENT } = process.env;
const file = join(CELL_PACKAGE, CELL_MODULE);
const sdk = CELL_FORMAT === 'cjs' ? createRequire(import.meta.url)(file) : await import(pathToFileURL(file).href);
const { overlay } = CELL_OVERLAY ? await import(pathToFileURL(CELL_OVERLAY).href) : {};

const is2x = CLASS_NAME === 'CartesiaClient';
function make() {
  const address = { environment: CELL_URL, baseUrl: CELL_URL, baseURL: CELL_URL };
  const client = new sdk[CLASS_NAME]({ ...address, apiKey: 'sk_car_TESTKEYdonotprint' });
  overlay?.(client);
  return client;
}
const client = make();
const list = (signal, maxRetries = 0) =>
  is2x ? client.voices.list({ abortSignal: signal, maxRetries }) : client.voices.list({}, { signal, maxRetries });
const outcomeOf = (call) =>
  (async () => call())().then(
    () => 'resolved',
    () => 'rejected',
  );
const ticks = async (count) => {
  for (let n = 0; n < count; n++) await undefined;
};

const controller = new AbortController();
const moments = {
  async 'before it dials'() {
    // Every tick between the call and the dial is another moment.
    const calls = [];
    for (let count = 0; count < 40; count += 1) {
      const one = make();
      calls.push(outcomeOf(() => one.voices.list()));
      await ticks(count);
      void one.disconnect();
    }
    return (await Promise.all(calls)).every((outcome) => outcome === 'rejected') ? 'rejected' : 'resolved';
  },
  'after it failed': () => outcomeOf(list),
  'after the app aborted it before the dial'() {
    controller.abort();
    return outcomeOf(() => list(controller.signal));
  },
  async 'after the app aborted it in flight'() {
    const outcome = outcomeOf(() => list(controller.signal));
    await sleep(200);
    controller.abort();
    return outcome;
  },
  async 'after the app aborted it in a back-off'() {
    void outcomeOf(() => list(controller.signal, 9));
    await sleep(300);
    controller.abort();
    return 'rejected';
  },
};
const outcome = await moments[MOMENT]();
process.stdout.write('shutdown\n');
await client.disconnect?.();
process.stdout.write(`${outcome}\n`);
