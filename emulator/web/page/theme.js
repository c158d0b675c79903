// Light or dark: as the system has it, until somebody chooses.

import { byId, setText } from './dom.js';

const ORDER = ['system', 'light', 'dark'];
const KEY = 'hoplab-theme';

function chosen() {
  try {
    const kept = localStorage.getItem(KEY);
    return ORDER.includes(kept) ? kept : 'system';
  } catch {
    return 'system'; // a browser that keeps nothing
  }
}

function apply(theme) {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  setText(byId('theme'), `Theme: ${theme}`);
}

export function start() {
  let theme = chosen();
  apply(theme);
  byId('theme').addEventListener('click', () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    apply(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It holds until the page is loaded again.
    }
  });
}
