// The view of the topology: the picture with what happens now, the ways in and the targets with
// what can be done to them, and the hop that was chosen.

import { actionButton } from './actions.js';
import { path, post, put } from './api.js';
import { byId, el, keyed, setText } from './dom.js';
import { draws, drawNow, value } from './store.js';
import { number } from './text.js';
import { actionsOf, graphOf, listenerText } from './topology_graph.js';
import { picture } from './topology_picture.js';

const GOOD_STATES = ['available', 'active'];
const HEALTH_TONES = {
  healthy: 'good',
  unhealthy: 'bad',
  unavailable: 'plain',
  initial: 'warn',
  draining: 'warn',
  'unhealthy.draining': 'bad',
  unused: 'plain',
};

let chosen = '';
let drawing = null;

/** The live connections that pass each hop, and those that pass from one to the next. */
function passing(flows) {
  const hops = new Map();
  const steps = new Map();
  const more = (map, key) => map.set(key, (map.get(key) || 0) + 1);
  for (const flow of flows) {
    for (const hop of new Set(flow.hops)) more(hops, hop);
    flow.hops.forEach((hop, at) => more(steps, `${at ? flow.hops[at - 1] : ''}>${hop}`));
  }
  return { hops, steps };
}

function faultText(fault) {
  return [fault.action, fault.delay, fault.status].filter(Boolean).join(' ');
}

const listOf = (name) => (Array.isArray(value(name)) ? value(name) : []);

/** Says in the graph what is so now: states, health, live connections, faults. */
function withWhatHappens(graph) {
  const { hops, steps } = passing(listOf('flows'));
  const armed = listOf('faults').filter((one) => one.armed);
  const doors = (value('status') && value('status').endpoints) || [];
  const health = listOf('targetHealth');
  const zones = listOf('zonalHealth');
  const requests = (value('metrics') && value('metrics').apiRequests) || {};
  const nameOf = (id) => graph.nodes.get(id).hop;
  for (const node of graph.nodes.values()) {
    // What is armed on the way to a target group is shown at its box: an arrow has no room for it.
    const faults = armed.filter((one) =>
      node.group ? one.hop.endsWith(`>${node.group}`) : one.hop === node.hop,
    );
    node.faults = faults.length;
    if (faults.length === 1) node.faultText = faultText(faults[0]);
    node.live = node.hop ? hops.get(node.hop) || 0 : 0;
    if (node.endpoint) {
      const mine = doors.find((one) => one.name === node.endpoint);
      node.state = mine ? mine.state : value('topology').VpcEndpoints[node.endpoint].State;
      node.tone = !node.state || GOOD_STATES.includes(node.state) ? 'good' : 'bad';
    } else if (node.group) {
      const mine = health.filter((one) => one.targetGroup === node.group);
      const good = mine.filter((one) => one.state === 'healthy').length;
      if (mine.length && mine.every((one) => one.state === 'unavailable')) {
        node.state = 'no health checks';
        node.tone = 'plain';
      } else {
        node.state = !Array.isArray(value('targetHealth'))
          ? ''
          : mine.length
            ? `${good}/${mine.length} healthy`
            : 'no targets';
        node.tone = !mine.length || !good ? 'bad' : good < mine.length ? 'warn' : 'good';
        if (mine.length && !good && mine.some((one) => one.failOpen))
          node.state = `${good}/${mine.length}, fails open`;
      }
    } else if (node.api) {
      node.state = `${number(requests[node.api] || 0)} requests`;
      node.tone = 'plain';
    } else if (node.kind === 'NLB' || node.kind === 'ALB') {
      const mine = zones.filter((one) => one.loadBalancer === node.name);
      const good = mine.filter((one) => one.healthy).length;
      if (mine.length) {
        node.state = `${good}/${mine.length} zones healthy`;
        node.tone = !good ? 'bad' : good < mine.length ? 'warn' : 'good';
      }
    } else if (node.clients) {
      node.live = steps.get(`>${node.clients}`) || 0;
    }
  }
  for (const edge of graph.edges) {
    const from = graph.nodes.get(edge.from);
    const to = graph.nodes.get(edge.to);
    edge.faults = armed.filter((one) => edge.hop && one.hop === edge.hop).length;
    if (from.clients) {
      edge.live = steps.get(`>${from.clients}`) || 0;
    } else if (nameOf(edge.from) && to.hop) {
      edge.live = steps.get(`${from.hop}>${to.hop}`) || 0;
    } else if (from.group && to.kind === 'ALB') {
      edge.live = hops.get(to.hop) || 0;
    }
  }
  // Through a target group: as many as behind it.
  for (const edge of graph.edges) {
    const to = graph.nodes.get(edge.to);
    if (!to.group) continue;
    edge.live = Math.max(
      0,
      ...graph.edges
        .filter((one) => one.from === to.id)
        .map((one) => {
          const behind = graph.nodes.get(one.to).hop;
          return behind ? steps.get(`${nameOf(edge.from)}>${behind}`) || 0 : 0;
        }),
    );
  }
  return graph;
}

function pick(id) {
  chosen = chosen === id ? '' : id;
  drawNow('topology');
}

function drawPicture() {
  const topology = value('topology');
  if (!topology || topology.error) return;
  const graph = withWhatHappens(graphOf(topology, value('status')));
  if (!drawing) drawing = picture(byId('picture'), pick);
  if (!graph.nodes.has(chosen)) chosen = '';
  drawing.draw(graph, chosen);
  drawHop(chosen ? graph.nodes.get(chosen) : null);
}

// ---- Ways in ----------------------------------------------------------------------------------

/** The doors of one resource are one row: its state is one. */
function doorRows(endpoints) {
  const rows = new Map();
  for (const one of endpoints) {
    const key = `${one.kind} ${one.name}`;
    if (!rows.has(key))
      rows.set(key, { key, name: one.name, kind: one.kind, state: one.state, doors: [] });
    rows.get(key).doors.push(one);
  }
  return [...rows.values()];
}

function endpointButtons(row) {
  if (!['vpc-endpoint', 'execute-api'].includes(row.kind)) return null;
  const name = row.name;
  const to = (state) => put(path`/v1/endpoints/${name}/state`, { state });
  return [
    actionButton('Accept', name, () => to('available')),
    actionButton('Reject', name, () => to('rejected')),
  ];
}

function doorView(row) {
  const name = el('div');
  const kind = el('div', { class: 'muted' });
  const where = el('td', { class: 'mono' });
  const state = el('td');
  const change = el('td', { class: 'change' });
  const buttons = endpointButtons(row);
  if (buttons) change.append(...buttons.map((one) => one.node));
  const head = el('th', { scope: 'row' }, name, kind);
  return {
    node: el('tr', {}, head, where, state, change),
    update: (now) => {
      setText(name, now.name);
      setText(kind, now.kind.replaceAll('-', ' '));
      const lines = [];
      for (const one of now.doors) {
        const name = `${one.dnsName}:${one.listenerPort}`;
        if (!lines.some((each) => each.text === name)) lines.push({ text: name, tone: '' });
        lines.push({
          text: `${one.address}:${one.port}${one.zone ? ` ${one.zone}` : ''}`,
          tone: 'muted',
        });
      }
      keyed(
        where,
        lines,
        (one) => one.text,
        (one) => {
          const line = el('div', { class: `door ${one.tone}` }, one.text);
          return { node: line, update: () => {} };
        },
      );
      state.replaceChildren(tag(now.state, GOOD_STATES.includes(now.state) ? 'good' : 'bad'));
    },
  };
}

const tag = (text, tone) => el('span', { class: `tag ${tone}` }, text);

// ---- Targets ----------------------------------------------------------------------------------

/**
 * Targets as the topology has them, each with what is known of its health. Health is told by
 * address, in the order of the topology's targets.
 */
function targetRows(topology, health) {
  const rows = [];
  for (const [group, one] of Object.entries(topology.TargetGroups || {})) {
    const mine = health.filter((each) => each.targetGroup === group);
    const targets = (one.Targets || []).map((each) =>
      typeof each === 'string' ? { Id: each } : each,
    );
    targets.forEach((target, at) => {
      const known =
        mine.length === targets.length ? mine[at] : mine.find((each) => each.target === target.Id);
      rows.push({
        key: `${group} ${target.Id} ${target.AvailabilityZone || ''}`,
        group,
        id: target.Id,
        zone: target.AvailabilityZone,
        registered: target.registered !== false,
        said: target.health,
        health: known,
      });
    });
  }
  return rows;
}

function changeTarget(row, change) {
  const what = { change, TargetGroup: row.group, Target: row.id };
  const several = listOfTargets(row.group).filter((one) => one.Id === row.id).length > 1;
  if (row.zone && several) what.AvailabilityZone = row.zone;
  return post('/v1/changes', what);
}

const listOfTargets = (group) =>
  (value('topology').TargetGroups[group].Targets || []).map((one) =>
    typeof one === 'string' ? { Id: one } : one,
  );

function targetView(first) {
  let row = first;
  const group = el('th', { scope: 'row' });
  const name = el('td', { class: 'mono' });
  const health = el('td');
  const nameOf = () => `${row.id} in ${row.group}${row.zone ? `, ${row.zone}` : ''}`;
  const button = actionButton('Deregister', nameOf(), () =>
    changeTarget(row, row.registered ? 'DeregisterTarget' : 'RegisterTarget'),
  );
  const change = el('td', { class: 'change' }, button.node);
  return {
    node: el('tr', {}, group, name, health, change),
    update: (now) => {
      row = now;
      setText(group, now.group);
      const label = now.registered ? 'Deregister' : 'Register';
      setText(button.button, label);
      button.button.setAttribute('aria-label', `${label} ${nameOf()}`);
      const address = now.health && now.health.target !== now.id ? now.health.target : '';
      keyed(
        name,
        [now.id, [address, now.zone].filter(Boolean).join(' ')]
          .filter(Boolean)
          .map((text, at) => ({ text, at })),
        (one) => one.at,
        (one) => {
          const line = el('div', one.at ? { class: 'muted' } : {});
          return { node: line, update: (each) => setText(line, each.text) };
        },
      );
      const state = now.health ? now.health.state : now.registered ? 'unknown' : 'unused';
      const why = now.health ? now.health.description || now.health.reason || '' : '';
      const open = now.health && now.health.failOpen ? 'gets traffic all the same' : '';
      if (!Array.isArray(value('targetHealth'))) return;
      health.replaceChildren(
        tag(state, HEALTH_TONES[state] || 'plain'),
        ...[why, open].filter(Boolean).map((text) => el('div', { class: 'muted' }, text)),
      );
    },
  };
}

// ---- The hop that was chosen ------------------------------------------------------------------

function definitionOf(node, topology) {
  const [kind, ...rest] = node.id.split(':');
  const name = rest.join(':');
  const where = {
    endpoint: 'VpcEndpoints',
    balancer: 'LoadBalancers',
    group: 'TargetGroups',
    service: 'services',
    function: 'Functions',
    api: 'RestApis',
    provider: 'IdentityProviders',
    proxy: 'proxies',
  }[kind];
  return where && topology[where] ? topology[where][name] : null;
}

function countsOf(name) {
  const all = (value('metrics') && value('metrics').cloudWatch) || {};
  return Object.entries(all).flatMap(([space, resources]) =>
    Object.entries(resources[name] || {})
      .filter(([, count]) => count > 0)
      .map(([what, count]) => ({ what, count, space })),
  );
}

let hopParts = null;

function hopView() {
  const lines = el('ul', { class: 'plain-list' });
  const counts = el('dl', { class: 'pairs counted' });
  const none = el('p', { class: 'empty' }, 'CloudWatch has counted nothing here yet.');
  const text = el('pre', { class: 'code', tabindex: '0', 'aria-label': 'Definition' });
  const rest = el('details', {}, el('summary', {}, 'Definition'), text);
  const parts = el('div', {}, lines, el('h4', {}, 'Metrics'), counts, none, rest);
  return { parts, lines, counts, none, text, rest };
}

function drawHop(node) {
  const body = byId('hop-body');
  setText(byId('hop-title'), node ? `${node.kind}: ${node.name}` : 'Hop');
  if (!node) {
    if (hopParts || !body.firstChild) {
      body.replaceChildren(
        el(
          'p',
          { class: 'empty' },
          'Choose a box of the picture to see what it is and what it counts.',
        ),
      );
    }
    hopParts = null;
    return;
  }
  if (!hopParts) {
    hopParts = hopView();
    body.replaceChildren(hopParts.parts);
  }
  const topology = value('topology');
  const defined = definitionOf(node, topology);
  const said = [...node.lines, node.state].filter(Boolean);
  if (defined && defined.Listeners) {
    for (const one of defined.Listeners) {
      const kinds = actionsOf(one).map(
        ({ action, rule }) =>
          `${
            rule === undefined ? 'by default' : `rule ${rule}`
          }: ${action.Type}${action.TargetGroup ? ` to ${action.TargetGroup}` : ''}`,
      );
      said.push(`${listenerText(one)}: ${kinds.join('; ')}`);
    }
  }
  for (const fault of listOf('faults')) {
    if (node.group ? fault.hop.endsWith(`>${node.group}`) : fault.hop === node.hop) {
      said.push(`fault ${fault.name}: ${faultText(fault)}, ${fault.armed ? 'armed' : 'not armed'}`);
    }
  }
  keyed(
    hopParts.lines,
    said.map((text, at) => ({ text, at })),
    (one) => one.at,
    () => {
      const line = el('li');
      return { node: line, update: (one) => setText(line, one.text) };
    },
  );
  const counts = countsOf(node.name);
  hopParts.none.hidden = counts.length > 0;
  keyed(
    hopParts.counts,
    counts,
    (one) => `${one.space} ${one.what}`,
    (one) => {
      const count = el('dd');
      return {
        node: el('div', {}, el('dt', {}, one.what), count),
        update: (now) => setText(count, number(now.count)),
      };
    },
  );
  hopParts.rest.hidden = !defined;
  setText(hopParts.text, defined ? JSON.stringify(defined, null, 2) : '');
}

// ---- All of it --------------------------------------------------------------------------------

export function start() {
  draws(
    'topology',
    ['topology', 'status', 'flows', 'metrics', 'targetHealth', 'zonalHealth', 'faults'],
    drawPicture,
  );
  draws('topology', ['status'], () => {
    const status = value('status');
    if (!status || status.error) return;
    keyed(byId('endpoints').tBodies[0], doorRows(status.endpoints), (one) => one.key, doorView);
    byId('notes').hidden = !status.notes.length;
    setText(byId('notes'), status.notes.join(' '));
  });
  draws('topology', ['topology', 'targetHealth'], () => {
    const topology = value('topology');
    if (!topology || topology.error) return;
    const rows = targetRows(topology, listOf('targetHealth'));
    keyed(byId('targets').tBodies[0], rows, (one) => one.key, targetView);
    byId('targets').hidden = rows.length === 0;
    byId('targets-none').hidden = rows.length > 0;
  });
  new ResizeObserver(() => drawPicture()).observe(byId('picture'));
}
