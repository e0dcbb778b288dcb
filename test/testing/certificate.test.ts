import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { makeCertificate } from '../../testing/certificate.ts';

// Signatures differ in length, and with them the last line of the PEM.
test('fifty certificates: TLS takes them, and each is its own authority for 127.0.0.1 and localhost, now', () => {
  for (let count = 0; count < 50; count++) {
    const { key, cert } = makeCertificate();
    createSecureContext({ key, cert, ca: cert });
    const parsed = new X509Certificate(cert);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkIssued(parsed)).toBe(true);
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect([parsed.ca, parsed.checkIP('127.0.0.1'), parsed.checkHost('localhost')]).toEqual([
      true,
      '127.0.0.1',
      'localhost',
    ]);
    expect(Date.parse(parsed.validFrom)).toBeLessThan(Date.now() - 60_000);
    expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now() + 24 * 3_600_000);
  }
});
