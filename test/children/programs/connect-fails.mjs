import { connect, say } from './cell.mjs';

say('shutdown');
try {
  await connect();
} catch (error) {
  say(error.code ?? (error.message === '' ? 'without a word' : 'rejected'));
}
