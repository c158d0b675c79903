// Faults: what is there, whether it is armed, and one more.

import { actionButton, onSubmit } from './actions.js';
import { path, post, put, remove } from './api.js';
import { byId, el, keyed, setOptions, setText } from './dom.js';
import { draws, value } from './store.js';
import { number } from './text.js';
import { hopsOf } from './topology_graph.js';

// What each action takes beside the hop, as docs/faults.md has it; the first is what it needs.
const OF_BYTES = ['stage', 'direction'];
const ACTIONS = {
  reset: ['delay', 'afterBytes', ...OF_BYTES],
  fin: ['delay', 'afterBytes', ...OF_BYTES],
  truncate: ['afterBytes', ...OF_BYTES],
  down: [],
  hold: ['afterBytes', ...OF_BYTES],
  blackhole: ['delay', 'afterBytes', ...OF_BYTES],
  corrupt: ['afterBytes', ...OF_BYTES],
  latency: ['delay', 'jitter', ...OF_BYTES],
  bandwidth: ['bytesPerSecond', ...OF_BYTES],
  slice: ['size', 'delay', ...OF_BYTES],
  'slow-close': ['delay', ...OF_BYTES],
  'slow-handshake': ['delay'],
  answer: ['status'],
  'delay-head': ['delay'],
  'cut-body': ['afterBytes', 'cut'],
  'wrong-length': ['missingBytes'],
};
const STAGES = [
  'accept',
  'client-hello',
  'client-certificate',
  'handshake-done',
  'request-headers',
  'request-body',
  'response-headers',
  'response-body',
  'upgraded',
  'idle',
];
const MEMBERS = [
  'delay',
  'jitter',
  'bytesPerSecond',
  'size',
  'status',
  'afterBytes',
  'cut',
  'missingBytes',
  'stage',
  'direction',
];
const NUMBERS = ['bytesPerSecond', 'size', 'status', 'afterBytes', 'missingBytes'];
const SAID_ELSEWHERE = ['name', 'hop', 'action', 'armed', 'hits', 'connections'];

function whatHappens(fault) {
  const parts = [fault.action];
  for (const [name, what] of Object.entries(fault)) {
    if (SAID_ELSEWHERE.includes(name) || typeof what === 'object') continue;
    if ((name === 'stage' && what === 'accept') || (name === 'direction' && what === 'both'))
      continue;
    parts.push(`${name} ${what}`);
  }
  const which = fault.connections || {};
  if (which.every) parts.push(`every ${which.every}`);
  if (which.percent !== undefined) parts.push(`${which.percent} percent`);
  if (which.from) parts.push(`from ${which.from}`);
  return parts.join(', ');
}

function rowView(first) {
  let now = first;
  const cells = [el('th', { scope: 'row' }), el('td'), el('td'), el('td', { class: 'c-num' })];
  const state = el('span', { class: 'tag' });
  const button = actionButton('Arm', first.name, () =>
    now.armed ? remove(path`/v1/faults/${now.name}`) : post(path`/v1/faults/${now.name}/arm`),
  );
  const row = el('tr', {}, cells, el('td', {}, state), el('td', { class: 'change' }, button.node));
  return {
    node: row,
    update: (fault) => {
      now = fault;
      const texts = [fault.name, fault.hop, whatHappens(fault), number(fault.hits.length)];
      cells.forEach((cell, at) => setText(cell, texts[at]));
      setText(state, fault.armed ? 'armed' : 'not armed');
      state.className = `tag ${fault.armed ? 'bad' : 'plain'}`;
      const label = fault.armed ? 'Disarm' : 'Arm';
      setText(button.button, label);
      button.button.setAttribute('aria-label', `${label} ${fault.name}`);
    },
  };
}

function draw() {
  const faults = value('faults');
  if (!Array.isArray(faults)) return;
  keyed(byId('fault-table').tBodies[0], faults, (one) => one.name, rowView);
  byId('fault-table').hidden = faults.length === 0;
  byId('faults-none').hidden = faults.length > 0;
}

function showMembers() {
  const taken = ACTIONS[byId('fault-action').value];
  for (const label of byId('fault-form').querySelectorAll('[data-member]')) {
    label.hidden = !taken.includes(label.dataset.member);
  }
}

/** What the form says, as a scenario has it. What an action does not take is not sent. */
function faultOfForm() {
  const action = byId('fault-action').value;
  const fault = { hop: byId('fault-hop').value, action };
  for (const member of MEMBERS) {
    const text = byId(`fault-${member}`).value.trim();
    if (!ACTIONS[action].includes(member) || !text) continue;
    fault[member] = NUMBERS.includes(member) ? Number(text) : text;
  }
  const every = byId('fault-every').value;
  if (every) fault.connections = { every: Number(every) };
  const limit = byId('fault-limit').value;
  if (limit) fault.limit = Number(limit);
  return fault;
}

export function start() {
  draws('faults', ['faults'], draw);
  draws('faults', ['topology'], () => {
    const topology = value('topology');
    if (topology && !topology.error) setOptions(byId('fault-hop'), hopsOf(topology));
  });
  setOptions(byId('fault-action'), Object.keys(ACTIONS));
  setOptions(
    byId('fault-stage'),
    STAGES.map((one, at) => ({ value: at ? one : '', text: one })),
  );
  byId('fault-action').addEventListener('change', showMembers);
  showMembers();
  onSubmit(byId('fault-form'), byId('fault-error'), () => {
    const fault = faultOfForm();
    // The hop of a leg is alb>target-group, which is no name.
    const name =
      byId('fault-name').value.trim() || `${fault.hop}-${fault.action}`.replaceAll('>', '-');
    return put(path`/v1/faults/${name}`, fault);
  });
}
