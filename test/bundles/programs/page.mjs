import { speak } from './speak.mjs';

/** Tells the server that the page came from what happened. */
export async function run(Cartesia, cover = (client) => client) {
  const { url, ending } = Object.fromEntries(new URLSearchParams(location.search));
  const said = [];
  try {
    const say = (word) => said.push(word);
    const client = cover(new Cartesia({ baseURL: url, apiKey: 'sk_car_TESTKEYdonotprint' }), say);
    if (ending === 'generate') say(isSecureContext ? 'secure' : 'plain HTTP');
    await speak(client, ending, say);
  } catch (error) {
    said.push(`failed: ${error.stack}`);
  }
  await fetch('/said', { method: 'POST', body: JSON.stringify(said) });
}
