// Emulated time: what it is, how it passes, and steps of it.

import { onSubmit, run } from './actions.js';
import { post, put } from './api.js';
import { byId, el, setText } from './dom.js';
import { draws, value } from './store.js';
import { dateAndTime } from './text.js';

const PRESETS = ['1s', '61s', '351s', '1h', '1d'];

let touched = false; // what somebody is choosing is not written over
let modeShown = '';

const chosenMode = () => document.querySelector('#clock-form input[name=mode]:checked');

function showScale() {
  const mode = chosenMode();
  byId('scale-label').hidden = !mode || mode.value !== 'scaled';
}

function draw() {
  const clock = value('clock');
  if (!clock || clock.error) return;
  setText(byId('clock-now'), `${dateAndTime(clock.now)} UTC`);
  setText(byId('clock-mode'), clock.scale ? `${clock.mode}, ${clock.scale} times` : clock.mode);
  if (touched || clock.mode === modeShown) return;
  modeShown = clock.mode;
  document.querySelector(`#clock-form input[value=${clock.mode}]`).checked = true;
  if (clock.scale) byId('clock-scale').value = clock.scale;
  showScale();
}

const step = (by) => post('/v1/clock/step', { by });

export function start() {
  draws('faults', ['clock'], draw);
  byId('clock-form').addEventListener('change', () => {
    touched = true;
    showScale();
  });
  onSubmit(byId('clock-form'), byId('clock-error'), async () => {
    const mode = chosenMode().value;
    const outcome = await put(
      '/v1/clock',
      mode === 'scaled' ? { mode, scale: Number(byId('clock-scale').value) } : { mode },
    );
    touched = !outcome.ok;
    return outcome;
  });
  onSubmit(byId('step-form'), byId('step-error'), () => step(byId('step-by').value.trim()));
  for (const by of PRESETS) {
    const button = el(
      'button',
      {
        type: 'button',
        'aria-label': `Step by ${by}`,
        click: () => run(button, byId('step-error'), () => step(by)),
      },
      by,
    );
    byId('step-presets').append(button);
  }
  onSubmit(byId('calendar-form'), byId('calendar-error'), () =>
    put('/v1/clock', { now: byId('calendar').value.trim() }),
  );
}
