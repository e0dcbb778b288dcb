import { speak } from './speak.mjs';

/** @param Cartesia the SDK's client; `cover` is how hangup gets there, if not by the patch */
export function run(Cartesia, cover = (client) => client) {
  const client = cover(new Cartesia({ baseURL: process.env.VOICE_URL, apiKey: 'sk_car_TESTKEYdonotprint' }));
  return speak(client, process.env.ENDING, (word) => process.stdout.write(`${word}\n`));
}
