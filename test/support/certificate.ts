import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';

export interface Certificate {
  key: string;
  /** PEM. Self-signed, so it is its own CA: `ca` for in-process clients. */
  cert: string;
  /** The same PEM in a file: `NODE_EXTRA_CA_CERTS` for child processes. Removed when this process exits. */
  caFile: string;
}

/** Where a process finds the certificate that its parent has made. */
const sharedVariable = 'HANGUP_TEST_CERTIFICATE';
let made: Promise<Certificate> | undefined;

/** A certificate for 127.0.0.1, made once per process; no key is ever committed. */
export function certificate(): Promise<Certificate> {
  const shared = process.env[sharedVariable];
  made ??= shared === undefined ? make() : Promise.resolve(JSON.parse(readFileSync(shared, 'utf8')) as Certificate);
  return made;
}

/**
 * Every Node process that this one starts from now on uses its certificate and trusts it. Some SDK versions insist on TLS
 * and take no certificate, and Node reads NODE_EXTRA_CA_CERTS only when it starts.
 */
export async function shareCertificate(): Promise<void> {
  // A run of tests inside of a test has its parent's, and must not remove it.
  if (process.env[sharedVariable] !== undefined) return;
  const own = await certificate();
  const file = own.caFile.replace(/pem$/, 'json');
  writeFileSync(file, JSON.stringify(own), { mode: 0o600 });
  process.once('exit', () => rmSync(file, { force: true }));
  process.env[sharedVariable] = file;
  process.env.NODE_EXTRA_CA_CERTS = own.caFile;
}

async function make(): Promise<Certificate> {
  const pem = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // An hour ago, so that a clock that steps back a little does not make it "not yet valid".
    notBeforeDate: new Date(Date.now() - 3_600_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  // Not in the system's temporary folder: a process that is killed leaves its file behind.
  const folder = fileURLToPath(new URL('../../.cache/ca/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const caFile = join(folder, `${process.pid}.pem`);
  writeFileSync(caFile, pem.cert);
  process.once('exit', () => rmSync(caFile, { force: true }));
  return { key: pem.private, cert: pem.cert, caFile };
}
