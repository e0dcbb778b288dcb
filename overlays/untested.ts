import { nodeModule } from '../core/node.ts';
import { shared } from '../core/shared.ts';
import { version as ownVersion } from './version.ts';
import { warn } from './warn.ts';

/** An SDK, as far as its version is looked up. */
interface Tested {
  readonly packageName: string;
  /** URL of the module that asks. */
  readonly self: string;
  isTested(version: string): boolean;
}

interface Modules {
  createRequire(from: string): { resolve(id: string): string };
}
type Files = Pick<typeof import('node:fs'), 'readFileSync'>;

/** The versions that any copy of hangup has warned of. */
const told = () => shared('untested@1', () => new Set<string>());

/** Warns, once, of a version of an SDK that hangup was not tested with: overlays go by the shape of its classes. */
export function warnIfUntested({ packageName, self, isTested }: Tested): void {
  const version = installedVersion(packageName, self);
  if (version === undefined || isTested(version) || told().has(`${packageName}@${version}`)) return;
  told().add(`${packageName}@${version}`);
  warn(
    `${packageName} ${version} is not one of the versions that hangup ${ownVersion} is tested with; its classes look the same, so overlay() takes it`,
  );
}

/** The version of the SDK that the app gets. @returns `undefined` where there are no files, as in a bundle or a browser */
function installedVersion(packageName: string, self: string): string | undefined {
  const module = nodeModule<Modules>('module');
  const files = nodeModule<Files>('fs');
  if (module === undefined || files === undefined) return undefined;
  const { argv, cwd } = globalThis.process;
  for (const base of [argv[1], `${cwd()}/package.json`, self]) {
    try {
      const entry = module.createRequire(base!).resolve(packageName).replaceAll('\\', '/');
      const folder = entry.slice(0, entry.lastIndexOf(`/node_modules/${packageName}/`));
      const text = files.readFileSync(`${folder}/node_modules/${packageName}/package.json`, 'utf8');
      return (JSON.parse(text) as { version?: string }).version;
    } catch {
      // The SDK cannot be found from there; the next place may have it.
    }
  }
  return undefined;
}
