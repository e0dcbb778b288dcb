import { OpenAI } from 'openai-6.49.0';
import { expect, test } from 'vitest';
import { overlay } from '../../overlays/openai/index.ts';

const baseURL = 'http://127.0.0.1:1/v1';
const covered = () => overlay(new OpenAI({ apiKey: 'k', baseURL })).target as OpenAI;

test('a client has its base URL behind a proxy that hides symbols, and takes another one there', () => {
  const client = covered();
  const proxy = new Proxy(client, {
    get: (target, key, receiver) => (typeof key === 'symbol' ? undefined : Reflect.get(target, key, receiver)),
  });
  expect(proxy.baseURL).toBe(baseURL);
  proxy.baseURL = 'http://127.0.0.1:2/v1';
  expect(client.baseURL).toBe('http://127.0.0.1:2/v1');
});

test('a copy of a client that is made by the names of its members has its base URL', () => {
  const client = covered();
  const copy = {};
  for (const name of Object.getOwnPropertyNames(client))
    Object.defineProperty(copy, name, Object.getOwnPropertyDescriptor(client, name)!);
  expect(copy).toHaveProperty('baseURL', baseURL);
});
