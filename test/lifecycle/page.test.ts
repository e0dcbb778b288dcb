/** The page of examples/voice-server in a real Chromium: talk, hear, shut down, see why. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { DrivenPage } from '../support/driven-page.ts';
import { Example, run } from './example.ts';

it.skipIf(!hasChromium)('a user talks, hears, and sees that the server shuts down', { timeout: 60_000 }, async () => {
  const server = await Example.start();
  const page = await DrivenPage.open(await server.program.url(), join(run, `page-${process.pid}-${Date.now()}`));
  try {
    await page.until(`document.querySelector('[data-send=talk]')`);
    await page.evaluate(`document.getElementById('connect').click()`);
    await page.until(`document.getElementById('state').textContent.startsWith('ready')`);
    await page.evaluate(`document.getElementById('microphone').click()`);
    await page.until(`document.getElementById('log').textContent.includes('the microphone is on')`);
    await page.evaluate(`document.querySelector('[data-send=talk]').click()`);
    await page.until(`Number(document.getElementById('audio').textContent) > 200`);
    server.program.kill('SIGTERM');
    await page.until(`document.getElementById('state').textContent.includes('1001')`);
    expect(await server.over()).toMatchObject({ code: 0, report: { outcome: 'graceful' } });
  } finally {
    await page.close();
    server.program.kill('SIGKILL');
  }
});
