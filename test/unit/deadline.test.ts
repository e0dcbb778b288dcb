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
});
