import { verify } from 'hangup/verify';

verify().then(({ ok, error }) => {
  process.stdout.write(`${ok} ${error.code}\n${error.message}\n`);
});
