import { anAudioFormat, clientOptions } from '../../overlays/cartesia/probes.ts';
import { packageName, type Target } from '../../overlays/cartesia/targets.ts';

type Members = Record<string, unknown>;
type Client = new (options: object) => Members;

/**
 * What an app gets that loads the package by its name, and opens an object as the target says: what a `package.json` that
 * was changed leads to is not what the files of the class say.
 *
 * @param load loads a public subpath of the package
 */
export async function enter({ opened }: Target, load: (specifier: string) => unknown): Promise<unknown> {
  const [call = '', subpath] = opened.split(' of ');
  const entrance = (await load(subpath === undefined ? packageName : `${packageName}/${subpath}/index`)) as Members;
  // In 2.x, Cartesia is a namespace of types.
  const Client = [entrance.Cartesia, entrance.CartesiaClient].find((one) => typeof one === 'function') as Client;
  const path = call.replace(/^new \w+\(\)/, '').split('.');
  let object: unknown = new Client(clientOptions);
  for (const name of path.filter((name) => name !== '')) {
    const member = name.replace('()', '');
    const members = object as Record<string, (format: object) => unknown>;
    object = await (name === member ? members[member] : members[member]!(anAudioFormat));
  }
  return object;
}
