import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Certificate, makeCertificate } from '../../testing/certificate.ts';

interface SharedCertificate extends Certificate {
  /** The certificate in a file: `NODE_EXTRA_CA_CERTS` for child processes. Removed when this process exits. */
  caFile: string;
}

/** Where a process finds the certificate that its parent has made. */
const sharedVariable = 'HANGUP_TEST_CERTIFICATE';
let made: SharedCertificate | undefined;

/** A certificate for 127.0.0.1, made once per process. */
export function certificate(): SharedCertificate {
  const shared = process.env[sharedVariable];
  made ??= shared === undefined ? make() : (JSON.parse(readFileSync(shared, 'utf8')) as SharedCertificate);
  return made;
}

/**
 * Every Node process that this one starts from now on uses its certificate and trusts it. Some SDK versions insist on TLS
 * and take no certificate, and Node reads NODE_EXTRA_CA_CERTS only when it starts.
 *
 * @returns whether this process trusts it too, because its parent has shared it
 */
export function shareCertificate(): boolean {
  // A run of tests inside of a test has its parent's, and must not remove it.
  if (process.env[sharedVariable] !== undefined) return true;
  const own = certificate();
  const file = own.caFile.replace(/pem$/, 'json');
  writeFileSync(file, JSON.stringify(own), { mode: 0o600 });
  process.once('exit', () => rmSync(file, { force: true }));
  process.env[sharedVariable] = file;
  process.env.NODE_EXTRA_CA_CERTS = own.caFile;
  return false;
}

function make(): SharedCertificate {
  const { key, cert } = makeCertificate();
  // Not in the system's temporary folder: a process that is killed leaves its file behind.
  const folder = fileURLToPath(new URL('../../.cache/ca/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const caFile = join(folder, `${process.pid}.pem`);
  writeFileSync(caFile, cert);
  process.once('exit', () => rmSync(caFile, { force: true }));
  return { key, cert, caFile };
}
