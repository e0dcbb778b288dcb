// Overlays a client of a patched SDK after the app has frozen or replaced what the engine gives.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_OVERLAY, CELL_CASE } = process.env;
const { Cartesia } = createRequire(import.meta.url)(CELL_PACKAGE);
const { overlay } = await import(pathToFileURL(CELL_OVERLAY).href);
const makeClient = () => new Cartesia({ apiKey: 'k', baseURL: 'https://127.0.0.1:1' });

if (CELL_CASE === 'frozen') Object.freeze(Object.prototype);
else {
  overlay(makeClient());
  globalThis.Promise = class extends Promise {};
}
const { target, undo } = overlay(makeClient(), { timeout: 100 });
const { outcome } = await target.disconnect();
process.stdout.write(`${outcome}\n`);
undo();
