// The topology as text: edited, applied, and what came of it.

import { run } from './actions.js';
import { get, post, put } from './api.js';
import { byId, el, setText } from './dom.js';
import { locate } from './json_pointer.js';
import { draws, value } from './store.js';
import { plural } from './text.js';

let loaded = ''; // the text of what ran when it was loaded
let begun = false;

const editor = () => byId('scenario-text');

function isEdited() {
  return begun && editor().value !== loaded;
}

function running() {
  const topology = value('topology');
  return topology && !topology.error ? JSON.stringify(topology, null, 2) : '';
}

function load() {
  loaded = running();
  editor().value = loaded;
  begun = Boolean(loaded);
  draw();
}

function draw() {
  const now = running();
  if (!now) return;
  // Until somebody has edited it, the text follows what runs.
  if (!begun || (!isEdited() && now !== loaded)) {
    loaded = now;
    editor().value = now;
    begun = true;
  }
  byId('scenario-stale').hidden = now === loaded;
  setText(byId('scenario-edited'), isEdited() ? 'edited, not applied' : '');
}

const KINDS = [
  ['created', 'good'],
  ['updated', 'warn'],
  ['drained', 'plain'],
];

function showApplied(applied) {
  const all = KINDS.flatMap(([what, tone]) => applied[what].map((one) => ({ ...one, what, tone })));
  byId('applied').replaceChildren(
    ...(all.length
      ? [
          el('p', {}, `Applied: ${plural(all.length, 'object is', 'objects are')} different now.`),
          el(
            'ul',
            { class: 'plain-list' },
            all.map((one) =>
              el(
                'li',
                {},
                el('span', { class: `tag ${one.tone}` }, one.what),
                ` ${one.kind} `,
                el('strong', {}, one.name),
              ),
            ),
          ),
        ]
      : [el('p', {}, 'Applied: nothing is different.')]),
  );
}

function select(place) {
  const text = editor();
  text.focus();
  text.setSelectionRange(place.begin, place.end);
  // A text area shows its selection only when it is asked to by its scroll position.
  const lines = text.value.slice(0, place.begin).split('\n').length - 1;
  const all = text.value.split('\n').length;
  text.scrollTop = Math.max(0, (text.scrollHeight * lines) / all - text.clientHeight / 3);
}

function problemView(line) {
  const pointer = /^(\/\S*?):(?=\s|$)/.exec(line);
  if (!pointer) return el('li', {}, line);
  const show = el(
    'button',
    {
      type: 'button',
      class: 'link mono',
      click: () => {
        const place = locate(editor().value, pointer[1]);
        if (place) select(place);
      },
    },
    pointer[1],
  );
  return el('li', {}, show, line.slice(pointer[0].length));
}

function showProblems(error) {
  const lines = error.split('\n').filter(Boolean);
  byId('applied').replaceChildren(
    el(
      'p',
      { class: 'error' },
      `Not applied: ${plural(lines.length, 'problem', 'problems')}. Nothing has changed.`,
    ),
    el('ul', { class: 'problems' }, lines.map(problemView)),
  );
}

/** What runs has what AWS fills in, too: the text goes on from there. */
async function takeIn() {
  const now = await get('/v1/topology');
  if (!now.ok) return;
  loaded = JSON.stringify(now.body, null, 2);
  editor().value = loaded;
}

async function applied(outcome) {
  if (!outcome.ok) {
    showProblems(outcome.error);
    return { ok: true }; // its place is the panel beside the text
  }
  await takeIn();
  showApplied(outcome.body);
  return outcome;
}

/** `forget` is called after a restore. */
export function start(forget) {
  draws('scenario', ['topology'], draw);
  const nowhere = el('span');
  const apply = byId('scenario-apply');
  const applyNow = () =>
    run(apply, nowhere, async () => applied(await put('/v1/topology', editor().value)));
  apply.addEventListener('click', applyNow);
  editor().addEventListener('input', draw);
  editor().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    applyNow();
  });
  byId('scenario-load').addEventListener('click', load);
  const restore = byId('scenario-restore');
  restore.addEventListener('click', () =>
    run(restore, nowhere, async () => {
      const outcome = await post('/v1/restore');
      if (!outcome.ok) {
        showProblems(outcome.error);
        return { ok: true };
      }
      forget();
      await takeIn();
      byId('applied').replaceChildren(
        el('p', {}, 'Restored: the topology and the clock of the start, and nothing on record.'),
      );
      return outcome;
    }),
  );
}
