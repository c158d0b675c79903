// What is known, and who draws it. Redraws are few, however much comes: one at a time for all
// that has changed, some in a second, only of the view that is shown, and none while the tab is
// hidden.

export const REDRAW_MS = 250;

const values = new Map();
const drawers = []; // { view, names, draw, due }
let shown = '';
let timer = 0;
let last = 0;
let redraws = 0;

export const value = (name) => values.get(name);
export const shownView = () => shown;
export const redrawCount = () => redraws;

export function set(name, what) {
  values.set(name, what);
  for (const one of drawers) if (one.names.includes(name)) one.due = true;
  schedule();
}

/** `view`: the id of a view, or '' for what is always there. */
export function draws(view, names, draw) {
  drawers.push({ view, names, draw, due: true });
}

export function show(view) {
  shown = view;
  drawNow();
}

/** After a click: at once, not with the next redraw. */
export function drawNow(view) {
  if (view) for (const one of drawers) if (one.view === view) one.due = true;
  last = 0;
  clearTimeout(timer);
  timer = 0;
  drawDue();
}

function schedule() {
  if (timer || document.hidden) return;
  timer = setTimeout(
    () => {
      timer = 0;
      drawDue();
    },
    Math.max(0, last + REDRAW_MS - performance.now()),
  );
}

function drawDue() {
  if (document.hidden) return;
  last = performance.now();
  let any = false;
  for (const one of drawers) {
    if (!one.due || (one.view && one.view !== shown)) continue;
    one.due = false;
    any = true;
    one.draw();
  }
  if (any) redraws += 1;
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) drawNow();
});
