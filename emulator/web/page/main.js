// Starts the page: one view at a time, by the part behind # of the address.

import * as certificates from './certificates.js';
import * as clock from './clock.js';
import * as connections from './connections.js';
import { byId, setAttribute, setText } from './dom.js';
import * as faults from './faults.js';
import { start as startLive, viewChanged } from './live.js';
import * as requests from './requests.js';
import { Sampler } from './sampler.js';
import * as scenario from './scenario_editor.js';
import { draws, set, show, shownView, value } from './store.js';
import { dateAndTime, number } from './text.js';
import * as theme from './theme.js';
import * as topology from './topology_view.js';

const VIEWS = ['topology', 'connections', 'requests', 'certificates', 'faults', 'scenario'];

function showView() {
  const wanted = location.hash.slice(1);
  const view = VIEWS.includes(wanted) ? wanted : VIEWS[0];
  for (const one of VIEWS) byId(one).hidden = one !== view;
  for (const link of document.querySelectorAll('nav.views a')) {
    setAttribute(link, 'aria-current', link.hash === `#${view}` ? 'page' : null);
  }
  document.title = `${byId(`${view}-title`).textContent} - hoplab`;
  show(view);
}

const LINKS = {
  live: 'live',
  lost: 'hoplab does not answer; trying again',
  starting: 'connecting',
};

function drawTop() {
  const metrics = value('metrics');
  if (metrics && !metrics.error) {
    setText(byId('count-live'), number(metrics.liveFlows));
    setText(byId('count-flows'), number(metrics.flows));
    setText(byId('count-requests'), number(metrics.requests));
  }
  const status = value('status');
  if (status && !status.error) {
    setText(byId('runs-url'), status.url || '');
    setAttribute(byId('runs-url'), 'title', status.url);
    setText(byId('runs-region'), status.region || '');
  }
  const now = value('clock');
  if (now && !now.error) setText(byId('top-clock'), `${dateAndTime(now.now)} ${now.mode}`);
  const link = value('link');
  const state = link ? link.state : 'starting';
  setAttribute(byId('link'), 'data-state', state);
  setText(byId('link'), LINKS[state]);
}

const samplers = {
  ends: new Sampler({
    keyOf: connections.keyOf,
    isFailure: connections.isFailure,
    pinned: connections.isPinned,
  }),
  requests: new Sampler({ keyOf: requests.keyOf, pinned: requests.isPinned }),
};

/** After a restore nothing is on record. */
function forget() {
  samplers.ends.clear();
  samplers.requests.clear();
  set('missed', null);
  set('ends', samplers.ends);
  set('requests', samplers.requests);
  connections.forget();
  requests.forget();
}

theme.start();
topology.start();
connections.start();
requests.start();
certificates.start();
faults.start();
clock.start();
scenario.start(forget);
draws('', ['metrics', 'status', 'clock', 'link'], drawTop);
startLive(samplers);
window.addEventListener('hashchange', () => {
  const before = shownView();
  showView();
  if (before === shownView()) return;
  viewChanged();
  // Whoever follows the navigation by keyboard or by ear goes on in the view.
  byId('main').focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
document.querySelector('a.skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});
showView();
viewChanged();
