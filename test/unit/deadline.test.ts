import { describe, expect, it } from 'vitest';
import { Deadline } from '../../core/deadline.ts';

describe('Deadline', () => {
  it('made within one that is spent meanwhile is spent too, for whoever looks first afterwards', () => {
    const above = new Deadline();
    above.add({ timeout: 1000 });
    const within = above.within(500);
    above.spend('abort');
    expect(within).toMatchObject({ reason: 'abort', timeout: 0, signal: { aborted: true } });
  });

  it('that is spent is spent for all below it before the first of them is told', () => {
    const above = new Deadline();
    const seen: unknown[] = [];
    const look = () => seen.push(first.reason, second.reason, above.reason, second.within(50).timeout);
    const [first, second] = [new Deadline(look), new Deadline(look)];
    for (const below of [first, second]) below.add(above);
    above.spend('force');
    const spent = ['force', 'force', 'force', 0];
    expect(seen).toEqual([...spent, ...spent]);
  });

  it('made within one that nobody watches has no more time than that one', () => {
    const above = new Deadline();
    above.add({ timeout: 1000 });
    const within = above.within(5000).within(6000);
    expect(within.timeout).toBeLessThanOrEqual(1000);
    within.watch();
    expect(within.timeout).toBeLessThanOrEqual(1000);
  });

  it('made within one that ends before anybody waits keeps its time', async () => {
    const above = new Deadline();
    above.add({ timeout: 1000 });
    const within = above.within(20);
    above.stop();
    const { signal } = within;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(within).toMatchObject({ reason: 'deadline', timeout: 0 });
  });

  it('handed on after its end gives no more time than those above it', () => {
    const above = new Deadline();
    above.add({ timeout: 1000 });
    const within = above.within(5000);
    within.stop();
    const handed = new Deadline();
    handed.add(within);
    expect(handed.timeout).toBeLessThanOrEqual(1000);
    handed.stop();
  });
});
