/** The page of examples/orchestrator in a real Chromium. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { DrivenPage } from '../support/driven-page.ts';
import { gone, Orchestrator, run } from './fleet-program.ts';

it.skipIf(!hasChromium)(
  'sessions appear, turn ready, survive a reload, and are ended by a click',
  {
    timeout: 60_000,
  },
  async () => {
    const server = await Orchestrator.start();
    const page = await DrivenPage.open(server.url, join(run, `page-${process.pid}-${Date.now()}`));
    const cell = (column: number) => `document.querySelector('#sessions tr')?.cells[${column}].textContent`;
    try {
      await page.until(`document.querySelector('#hosts tr')?.textContent.includes('ready')`);
      // A name is text, whatever it looks like.
      await page.evaluate(`document.querySelector('[name=userName]').value = '<img src=x onerror=document.title=1>'`);
      await page.evaluate(`document.querySelector('#start button').click()`);
      await page.until(`${cell(2)} === 'ready'`);
      expect(await page.evaluate(cell(1))).toContain('<img');
      const [{ sessionId, pid } = { sessionId: '', pid: 0 }] = await server.sessions();
      expect(await page.evaluate(cell(0))).toBe(sessionId);
      await page.evaluate('window.isOld = true; location.reload()');
      await page.until(`window.isOld !== true && ${cell(0)} === '${sessionId}'`);
      await page.evaluate(`document.querySelector('#sessions button').click()`);
      await page.until(`document.querySelector('#sessions').rows.length === 0`);
      await gone(pid);
      expect(await page.evaluate('document.title')).toBe('orchestrator');
      server.program.kill('SIGTERM');
      await page.until(`document.getElementById('problem').textContent !== ''`);
      expect(await server.program.over()).toMatchObject({ code: 0 });
    } finally {
      await page.close();
      server.program.kill('SIGKILL');
    }
  },
);
