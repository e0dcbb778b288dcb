import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { basename } from 'node:path';
import { listen } from '../support/ports.ts';

/**
 * Starts a registry on 127.0.0.1 that has hangup, and sends its clients to the real registry for everything else. With it,
 * a stranger installs hangup by its name, before it is published.
 */
export async function startRegistry(tarball: string, upstream: string): Promise<{ url: string; server: Server }> {
  const bytes = readFileSync(tarball);
  const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
  const manifest = JSON.parse(text) as { name: string; version: string };
  const { name, version } = manifest;
  const file = `/${name}/-/${basename(tarball)}`;
  const server = createServer(({ url: path }, response) => {
    if (path === file) response.end(bytes);
    else if (path === `/${name}`) response.setHeader('content-type', 'application/json').end(packument);
    else response.writeHead(302, { location: new URL(path ?? '/', upstream).href }).end();
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const dist = {
    tarball: `${url}${file}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
  };
  // Some managers take only releases that have been there for some days.
  const published = '2026-01-01T00:00:00.000Z';
  const packument = JSON.stringify({
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { created: published, modified: published, [version]: published },
  });
  return { url, server };
}
