/** The page to look at the sessions, their agents and the hosts, to start a session and to end one. */
export const page = /* html */ `<!doctype html>
<meta charset="utf-8">
<title>orchestrator</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  button, input { font: inherit; padding: .2rem .8rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd; }
  td:first-child { font: 13px ui-monospace, monospace; }
  .ready { color: #070; } .starting, .ending { color: #850; } .lost, .gone { color: #b00; }
  #problem { color: #b00; min-height: 1.5em; }
</style>
<h1>orchestrator</h1>
<form id="start">
  <input name="userName" placeholder="Name of the user" required maxlength="200">
  <button>Start a session</button>
</form>
<p id="problem" role="status"></p>
<h2>Sessions</h2>
<table>
  <thead><tr><th>Session<th>User<th>State<th>Host<th>PID<th>Since<th></thead>
  <tbody id="sessions"></tbody>
</table>
<h2>Hosts</h2>
<table>
  <thead><tr><th>Host<th>Agents<th>State</thead>
  <tbody id="hosts"></tbody>
</table>
<script type="module">
const $ = (id) => document.getElementById(id);
const problem = (text) => { $('problem').textContent = text; };

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** The rows that are shown, by their keys: a button stays the same while its session lives. */
const rows = { sessions: new Map(), hosts: new Map() };

function show(table, key, cells, kind) {
  let row = rows[table].get(key);
  if (row === undefined) {
    row = $(table).insertRow();
    for (const _ of cells) row.insertCell();
    rows[table].set(key, row);
  }
  cells.forEach((text, index) => { row.cells[index].textContent = text; });
  row.cells[2].className = kind;
  return row;
}

function removeOthers(table, keys) {
  for (const [key, row] of rows[table]) {
    if (keys.has(key)) continue;
    row.remove();
    rows[table].delete(key);
  }
}

function showSession({ sessionId, userName, state, host, pid, startedAt }) {
  const since = new Date(startedAt).toLocaleTimeString();
  const row = show('sessions', sessionId, [sessionId, userName, state, host, pid, since], state);
  if (row.dataset.session === sessionId) return;
  row.dataset.session = sessionId;
  const button = document.createElement('button');
  button.textContent = 'End';
  button.onclick = async () => {
    button.disabled = true;
    try {
      const { result } = await post('/api/session/end', { sessionId });
      problem('');
      if (result === 'notOurHost') problem(sessionId + ': its host does not answer');
    } catch (error) {
      problem(error.message);
    }
    button.disabled = false;
    look();
  };
  row.insertCell().append(button);
}

async function look() {
  try {
    const response = await fetch('/api/sessions');
    const { sessions, hosts, error } = await response.json();
    if (!response.ok) throw new Error(error);
    sessions.sort((one, other) => one.startedAt - other.startedAt).forEach(showSession);
    removeOthers('sessions', new Set(sessions.map(({ sessionId }) => sessionId)));
    for (const { host, agents, isAlive } of hosts) {
      show('hosts', host, [host, agents, isAlive ? 'ready' : 'gone'], isAlive ? 'ready' : 'gone');
    }
    removeOthers('hosts', new Set(hosts.map(({ host }) => host)));
    if ($('problem').dataset.kind === 'look') problem('');
    delete $('problem').dataset.kind;
  } catch (error) {
    problem(error.message);
    $('problem').dataset.kind = 'look';
  }
}

$('start').onsubmit = async (event) => {
  event.preventDefault();
  try {
    await post('/api/session/start', { userName: event.target.userName.value });
    problem('');
  } catch (error) {
    problem(error.message);
  }
  look();
};

for (;;) {
  await look();
  await new Promise((resolve) => setTimeout(resolve, 500));
}
</script>
`;
