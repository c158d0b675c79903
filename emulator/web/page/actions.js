// Buttons that change what runs. While a call is under way the button waits; what goes wrong stands
// beside it, in the API's own words.

import { el, setText } from './dom.js';
import { refresh } from './live.js';

const CHANGED = ['topology', 'status', 'faults', 'targetHealth', 'clock'];

/** Runs `work`, which returns an outcome of a call; writes its error into `where`. */
export async function run(button, where, work) {
  if (button.getAttribute('aria-disabled') === 'true') return null;
  // Not `disabled`: that would take the focus away from who pressed it.
  button.setAttribute('aria-disabled', 'true');
  setText(where, '');
  try {
    const outcome = await work();
    if (!outcome.ok) setText(where, outcome.error);
    await refresh(...CHANGED);
    return outcome;
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

/** A button and its place for errors. `name` says to a screen reader what it is about. */
export function actionButton(label, name, work) {
  const error = el('span', { class: 'error', role: 'alert' });
  const button = el(
    'button',
    {
      type: 'button',
      'aria-label': name ? `${label} ${name}` : null,
      click: () => run(button, error, () => button.work()),
    },
    label,
  );
  button.work = work;
  return { node: el('span', { class: 'action' }, button, error), button, error };
}

export function onSubmit(form, error, work) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run(event.submitter || form.querySelector('button'), error, work);
  });
}

export function copyButton(name, textOf) {
  const said = el('span', { class: 'muted', role: 'status' });
  const button = el(
    'button',
    {
      type: 'button',
      'aria-label': `Copy ${name}`,
      click: async () => {
        try {
          await navigator.clipboard.writeText(textOf());
          setText(said, 'copied');
        } catch {
          setText(said, 'the browser does not let it be copied');
        }
      },
    },
    'Copy',
  );
  return el('span', { class: 'action' }, button, said);
}
