// Elements from code. What comes from the server is only ever text: there is no way to HTML here.

const SVG = 'http://www.w3.org/2000/svg';

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') {
      node.addEventListener(name, value);
    } else {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

export const byId = (id) => document.getElementById(id);

/** Writes only what differs: a screen reader and the layout hear of nothing else. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

const drawn = new WeakMap();

/**
 * Makes the children of `parent` those of `items`, and keeps the elements of keys that were
 * there, so that focus, selection and open details outlive a redraw. `build(item)` returns {
 * node, update }.
 */
export function keyed(parent, items, keyOf, build) {
  const before = drawn.get(parent) || new Map();
  const after = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (after.has(key)) continue;
    const view = before.get(key) || build(item);
    if (view.item !== item) {
      view.update(item);
      view.item = item;
    }
    after.set(key, view);
  }
  for (const [key, view] of before) if (!after.has(key)) view.node.remove();
  let place = parent.firstChild;
  for (const view of after.values()) {
    if (view.node === place) {
      place = place.nextSibling;
    } else {
      parent.insertBefore(view.node, place);
    }
  }
  drawn.set(parent, after);
}

/** The options of a select; what was chosen stays chosen while it is there. */
export function setOptions(select, options) {
  const wanted = options.map((one) => (typeof one === 'string' ? { value: one, text: one } : one));
  const signature = JSON.stringify(wanted);
  if (select.dataset.signature === signature) return;
  const chosen = select.value;
  select.replaceChildren(...wanted.map((one) => el('option', { value: one.value }, one.text)));
  if (wanted.some((one) => one.value === chosen)) select.value = chosen;
  select.dataset.signature = signature;
}
