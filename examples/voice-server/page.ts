/** The page to talk with the server: microphone, playback, the state of the session, and the shutdown as a client sees it. */
export const page = /* html */ `<!doctype html>
<meta charset="utf-8">
<title>voice server</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }
  button { font: inherit; margin: 0 .5rem .5rem 0; padding: .4rem 1rem; }
  #state { font-weight: bold; }
  #log { white-space: pre-wrap; font: 13px/1.5 ui-monospace, monospace; color: #555; }
</style>
<h1>voice server</h1>
<p>State: <span id="state">not connected</span>. Audio: <span id="audio">0</span> ms heard.</p>
<p>
  <button id="connect">Connect</button>
  <button id="microphone">Microphone</button>
  <button data-send="talk">Talk</button>
  <button data-send="tool">Tool call</button>
  <button data-send="assess">Assessment</button>
</p>
<div id="log"></div>
<script type="module">
const rate = 24000;
const $ = (id) => document.getElementById(id);
let socket, speaker, playAt = 0, heard = 0;

const log = (text) => { $('log').textContent += new Date().toLocaleTimeString() + '  ' + text + '\\n'; };
const state = (text) => { $('state').textContent = text; log(text); };

function connect() {
  speaker ??= new AudioContext({ sampleRate: rate });
  socket = new WebSocket(location.origin.replace('http', 'ws') + '/session');
  socket.binaryType = 'arraybuffer';
  state('connecting');
  socket.onmessage = ({ data }) => typeof data === 'string' ? take(JSON.parse(data)) : play(new Int16Array(data));
  socket.onclose = ({ code, reason }) => state(code === 1001 ? 'the server shuts down (1001): connect again' : 'closed: ' + code + ' ' + reason);
}

function take(message) {
  if (message.type === 'session.ready') state('ready, session ' + message.id);
  else if (message.type === 'state') state(message.state);
  else log(message.type + (message.message ? ': ' + message.message : ''));
}

function play(samples) {
  heard += samples.length / rate * 1000;
  $('audio').textContent = Math.round(heard);
  const buffer = speaker.createBuffer(1, samples.length, rate);
  buffer.getChannelData(0).set(Array.from(samples, (sample) => sample / 32768));
  const source = speaker.createBufferSource();
  source.buffer = buffer;
  source.connect(speaker.destination);
  playAt = Math.max(playAt, speaker.currentTime);
  source.start(playAt);
  playAt += buffer.duration;
}

const worklet = 'registerProcessor("microphone", class extends AudioWorkletProcessor { process([[samples]]) { if (samples) this.port.postMessage(samples); return true; } })';

async function microphone() {
  speaker ??= new AudioContext({ sampleRate: rate });
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true } });
  await speaker.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(speaker, 'microphone');
  node.port.onmessage = ({ data }) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(Int16Array.from(data, (sample) => sample * 32767).buffer);
  };
  speaker.createMediaStreamSource(stream).connect(node);
  log('the microphone is on');
}

$('connect').onclick = connect;
$('microphone').onclick = () => microphone().catch((error) => log(error.message));
for (const button of document.querySelectorAll('[data-send]')) {
  button.onclick = () => socket?.send(JSON.stringify({ type: button.dataset.send }));
}
</script>
`;
