const { EventEmitter } = require('node:events');
const { WebSocket } = require('ws');

class ToySocket extends EventEmitter {
  constructor(url, options) {
    super();
    this.url = url;
    this.options = options;
  }
  connect() {
    const socket = new WebSocket(this.url, this.options);
    this.socket = socket;
    socket.on('message', (data) => this._read(String(data)));
    socket.on('close', () => this.emit('end'));
    return new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  }
  _read(text) {
    try {
      this.emit('message', JSON.parse(text) ?? {});
    } catch {}
  }
  send(message) {
    this.socket.send(JSON.stringify(message));
  }
  close() {
    this.socket.close();
  }
}
exports.ToySocket = ToySocket;
