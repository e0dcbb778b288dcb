/** The seams of 2.x rest on these shapes, so every version is checked. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'vitest';
import { targets } from '../../../overlays/cartesia/targets.ts';
import { barePackage } from '../../support/sdk.ts';

type Resource = Record<string, (...args: unknown[]) => unknown>;

const require = createRequire(import.meta.url);
const { versions } = targets.find(({ family }) => family === 'resource-client')!;

describe.each(versions)('%s', (version) => {
  const { CartesiaClient } = require(barePackage(version)) as { CartesiaClient: new (options: object) => object };

  /** Every method of every resource that sends a request. */
  function methods(): [name: string, method: Resource[string]][] {
    const client = new CartesiaClient({ apiKey: 'k' });
    const found = new Map<string, Resource[string]>();
    for (let type = Object.getPrototypeOf(client); type !== Object.prototype; type = Object.getPrototypeOf(type)) {
      for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
        const resource: unknown = get?.call(client);
        for (let at = resource as object; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
          for (const name of Object.getOwnPropertyNames(at)) {
            const method = (at as Resource)[name];
            if (typeof method === 'function' && name !== 'constructor') found.set(`${key}.${name}`, method);
          }
        }
      }
    }
    return [...found].filter(([name]) => !/\._|\.websocket$|\.transcribeChunks$/.test(name));
  }

  test('the options of a request are the last parameter of its method, and all of them are parameters', () => {
    const all = methods();
    assert.ok(all.length >= 13, `${all.length} methods`);
    for (const [name, method] of all) {
      const source = method.toString();
      const parameters = /^\w+\(([^)]*)\)/
        .exec(source)![1]!
        .split(',')
        .map((parameter) => parameter.trim());
      assert.equal(parameters.at(-1), 'requestOptions', name);
      assert.equal(method.length, parameters.length, name);
      assert.match(source, /abortSignal: requestOptions/, name);
      assert.match(source, /maxRetries: requestOptions/, name);
    }
  });
});
