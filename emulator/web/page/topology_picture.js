// The picture of the topology: boxes and arrows in SVG, with what happens at each. The layout
// runs from left to right where there is room, and from top to bottom where there is not.

import { keyed, setAttribute, setText, svg } from './dom.js';
import { plural } from './text.js';

const NARROWEST = 104;
const WIDEST = 200;
const GAP = 32; // between layers, where the arrows are
const BETWEEN = 16; // between the boxes of a layer
const LINE = 15;
const LINE_FONT = '11.5px';
const NAME_FONT = '600 13px';

const pen = document.createElement('canvas').getContext('2d');

function widthOfText(text, font) {
  const wanted = `${font} ${getComputedStyle(document.body).fontFamily}`;
  if (pen.font !== wanted) pen.font = wanted;
  return pen.measureText(text).width;
}

/** As much of a text as there is room for; the title of its box has all of it. */
function fitted(text, room, font) {
  if (widthOfText(text, font) <= room) return text;
  let most = text.length;
  while (most > 1 && widthOfText(`${text.slice(0, most)}\u2026`, font) > room) most -= 1;
  return `${text.slice(0, most)}\u2026`;
}

/** What its texts need, within limits; the state has room for what it may become. */
function widthOf(node) {
  const texts = node.lines.map((line) => widthOfText(line, LINE_FONT));
  texts.push(
    widthOfText(node.name, NAME_FONT),
    node.state === undefined ? 0 : 12 + widthOfText('3/3 zones healthy', LINE_FONT),
  );
  return Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(Math.max(...texts)) + 24));
}

const heightOf = (node) => 44 + node.lines.length * LINE + (node.state ? LINE + 3 : 0);

function fromLeftToRight(graph, room) {
  const columns = graph.layers.map((layer) => layer.map((id) => graph.nodes.get(id)));
  const heights = columns.map((column) =>
    column.reduce((all, one) => all + heightOf(one) + BETWEEN, -BETWEEN),
  );
  const height = Math.max(...heights, 60) + 24;
  const widths = columns.map((column) => Math.max(...column.map(widthOf)));
  const natural = widths.reduce((all, one) => all + one + GAP, 4 - GAP);
  const more = Math.max(0, (room - natural) / columns.length);
  let x = 2;
  const boxes = new Map();
  columns.forEach((column, at) => {
    const width = Math.min(WIDEST, widths[at] + more);
    let y = (height - heights[at]) / 2;
    for (const node of column) {
      boxes.set(node.id, { x, y, width, height: heightOf(node) });
      y += heightOf(node) + BETWEEN;
    }
    x += width + GAP;
  });
  return { boxes, width: x - GAP + 2, height, down: false };
}

function fromTopToBottom(graph, room) {
  const boxes = new Map();
  const inARow = room >= 520 ? 3 : 2;
  let y = 8;
  for (const layer of graph.layers) {
    for (let at = 0; at < layer.length; at += inARow) {
      const row = layer.slice(at, at + inARow).map((id) => graph.nodes.get(id));
      const width = Math.min(280, (room - 4 - (row.length - 1) * BETWEEN) / row.length);
      const all = width * row.length + (row.length - 1) * BETWEEN;
      let x = (room - all) / 2;
      for (const node of row) {
        boxes.set(node.id, { x, y, width, height: heightOf(node) });
        x += width + BETWEEN;
      }
      y += Math.max(...row.map(heightOf)) + (at + inARow < layer.length ? BETWEEN : GAP - 6);
    }
  }
  return { boxes, width: room, height: y, down: true };
}

function laidOut(graph, room) {
  const wide = fromLeftToRight(graph, room);
  return wide.width * 0.82 <= room ? wide : fromTopToBottom(graph, room);
}

/** A curve from the side where traffic leaves to the side where it comes in. */
function curve(from, to, down) {
  if (down) {
    const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
    const [x2, y2] = [to.x + to.width / 2, to.y - 5];
    const bend = Math.max(10, Math.abs(y2 - y1) / 2);
    return {
      d: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`,
      x: (x1 + x2) / 2,
      y: (y1 + y2) / 2,
    };
  }
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x - 5, to.y + to.height / 2];
  const bend = Math.max(14, Math.abs(x2 - x1) / 2);
  return {
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
    x: (x1 + x2) / 2,
    y: (y1 + y2) / 2,
  };
}

function description(node) {
  const parts = [`${node.kind} ${node.name}`, ...node.lines];
  if (node.state) parts.push(node.state);
  if (node.live) parts.push(`${node.live} live`);
  if (node.faults) parts.push(plural(node.faults, 'fault armed', 'faults armed'));
  return parts.join(', ');
}

function boxView(pick) {
  const title = svg('title');
  const back = svg('rect', { class: 'box', rx: 6 });
  const edge = svg('path', { class: 'edge' });
  const kind = svg('text', { class: 'kind', x: 12, y: 18 });
  const name = svg('text', { class: 'name', x: 12, y: 34 });
  const lines = svg('g', {});
  const state = svg(
    'g',
    { class: 'state' },
    svg('circle', { r: 3.5, cx: 15.5 }),
    svg('text', { x: 24 }),
  );
  const live = svg('text', { class: 'live', y: 18, 'text-anchor': 'end' });
  const fault = svg(
    'g',
    { class: 'badge' },
    svg('rect', { rx: 3, height: 17 }),
    svg('text', { y: 12.5 }),
  );
  const node = svg(
    'g',
    { class: 'node', role: 'button', tabindex: 0 },
    title,
    back,
    edge,
    kind,
    name,
    lines,
    state,
    live,
    fault,
  );
  node.addEventListener('click', () => pick(node.dataset.id));
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    pick(node.dataset.id);
  });
  const update = ({ node: what, box, chosen }) => {
    node.dataset.id = what.id;
    const tone = what.tone || 'plain';
    setAttribute(
      node,
      'class',
      `node ${tone}${what.faults ? ' faulty' : ''}${chosen ? ' chosen' : ''}`,
    );
    setAttribute(node, 'transform', `translate(${box.x} ${box.y})`);
    setAttribute(node, 'aria-label', description(what));
    setAttribute(node, 'aria-pressed', chosen ? 'true' : 'false');
    setText(title, [what.name, ...what.lines].join('\n'));
    setAttribute(back, 'width', box.width);
    setAttribute(back, 'height', box.height);
    setAttribute(edge, 'd', `M1.5 7v${box.height - 14}`);
    setText(kind, what.kind);
    setText(name, fitted(what.name, box.width - 22, NAME_FONT));
    keyed(
      lines,
      what.lines.map((text, at) => ({ text, at })),
      (one) => one.at,
      () => {
        const text = svg('text', { class: 'line', x: 12 });
        return {
          node: text,
          update: (one) => {
            setAttribute(text, 'y', 51 + one.at * LINE);
            setText(text, fitted(one.text, box.width - 20, LINE_FONT));
          },
        };
      },
    );
    setAttribute(state, 'visibility', what.state ? 'visible' : 'hidden');
    const stateY = 54 + what.lines.length * LINE;
    setAttribute(state.firstChild, 'cy', stateY - 4);
    setAttribute(state.lastChild, 'y', stateY);
    setText(state.lastChild, what.state ? fitted(what.state, box.width - 30, LINE_FONT) : '');
    setAttribute(live, 'x', box.width - 10);
    setText(live, what.live ? `${what.live} live` : '');
    setAttribute(fault, 'visibility', what.faults ? 'visible' : 'hidden');
    const said = what.faults === 1 ? what.faultText : `${what.faults} faults`;
    const shown = fitted(said || '', box.width - 20, LINE_FONT);
    const wide = widthOfText(shown, LINE_FONT) * 1.08 + 12;
    setAttribute(fault, 'transform', `translate(${Math.max(4, box.width - wide - 6)} -9)`);
    setAttribute(fault.firstChild, 'width', wide);
    setAttribute(fault.lastChild, 'x', 6);
    setText(fault.lastChild, shown);
  };
  return { node, update };
}

function arrowView() {
  const line = svg('path', { class: 'arrow' });
  const label = svg('text', { class: 'arrow-label', 'text-anchor': 'middle' });
  const node = svg('g', { 'aria-hidden': 'true' }, line, label);
  const update = ({ edge, way, down }) => {
    const live = edge.live || 0;
    setAttribute(line, 'd', way.d);
    setAttribute(
      line,
      'class',
      `arrow${edge.dashed ? ' dashed' : ''}${live ? ' busy' : ''}${edge.faults ? ' faulty' : ''}`,
    );
    setAttribute(
      line,
      'stroke-width',
      live ? Math.min(6, 1.5 + Math.log2(1 + live) / 2).toFixed(1) : 1.5,
    );
    setAttribute(line, 'marker-end', live ? 'url(#arrow-busy)' : 'url(#arrow)');
    setAttribute(label, 'x', way.x + (down ? 26 : 0));
    setAttribute(label, 'y', way.y + (down ? 4 : -7));
    setText(label, live ? String(live) : '');
  };
  return { node, update };
}

function marker(id) {
  return svg(
    'marker',
    {
      id,
      viewBox: '0 0 8 8',
      refX: 4,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      orient: 'auto',
      markerUnits: 'userSpaceOnUse',
    },
    svg('path', { d: 'M0 0L8 4L0 8Z' }),
  );
}

/** `pick(id)` is called with the box that was chosen. */
export function picture(place, pick) {
  const arrows = svg('g', {});
  const boxes = svg('g', {});
  const root = svg(
    'svg',
    { class: 'topology' },
    svg('defs', {}, marker('arrow'), marker('arrow-busy')),
    arrows,
    boxes,
  );
  place.replaceChildren(root);
  return {
    draw(graph, chosen) {
      const room = Math.max(280, place.clientWidth - 24);
      const layout = laidOut(graph, room);
      setAttribute(root, 'viewBox', `0 0 ${layout.width} ${layout.height}`);
      setAttribute(root, 'width', Math.min(room, layout.width));
      keyed(
        arrows,
        graph.edges.map((edge) => ({
          edge,
          down: layout.down,
          way: curve(layout.boxes.get(edge.from), layout.boxes.get(edge.to), layout.down),
        })),
        (one) => one.edge.id,
        arrowView,
      );
      keyed(
        boxes,
        graph.layers.flat().map((id) => ({
          node: graph.nodes.get(id),
          box: layout.boxes.get(id),
          chosen: id === chosen,
        })),
        (one) => one.node.id,
        () => boxView(pick),
      );
    },
  };
}
