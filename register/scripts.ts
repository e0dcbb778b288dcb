type Parsed = { params: { url: string } };

interface Session {
  connect(): void;
  disconnect(): void;
  on(event: 'Debugger.scriptParsed', listener: (message: Parsed) => void): void;
  post(method: 'Debugger.enable'): void;
}

/**
 * Lists the URLs and paths of all modules that this thread has loaded. Node shows its ES modules to a debugger only, so a
 * session inside the process looks, in this tick. That takes about 30 ms. The list is empty where no debugger is allowed, and
 * in a Node that was built without one.
 */
export function loadedScripts(): string[] {
  const urls: string[] = [];
  try {
    const { Session } = process.getBuiltinModule('node:inspector') as unknown as { Session: new () => Session };
    const session = new Session();
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => void urls.push(params.url));
    session.post('Debugger.enable');
    session.disconnect();
  } catch {
    // Then verify() still tells of the classes that came past the hook.
  }
  return urls;
}
