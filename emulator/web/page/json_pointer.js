// Where in a JSON text the value of a JSON pointer stands (RFC 6901), so that a mistake can be
// shown.

function skipSpace(text, at) {
  while (at < text.length && /\s/.test(text[at])) at += 1;
  return at;
}

function endOfString(text, at) {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '\\') {
      i += 1;
    } else if (text[i] === '"') {
      return i + 1;
    }
  }
  return text.length;
}

/**
 * Calls `visit(key, begin, end, keyBegin)` for each member of what begins at `at`; where it ends.
 */
function walk(text, at, visit) {
  const open = text[at];
  if (open === '"') return endOfString(text, at);
  if (open !== '{' && open !== '[') {
    let end = at;
    while (end < text.length && !/[\s,\]}]/.test(text[end])) end += 1;
    return Math.max(end, at + 1);
  }
  const close = open === '{' ? '}' : ']';
  let i = skipSpace(text, at + 1);
  for (let index = 0; i < text.length && text[i] !== close; index += 1) {
    let key = String(index);
    const keyBegin = i;
    if (open === '{') {
      const end = endOfString(text, i);
      try {
        key = JSON.parse(text.slice(i, end));
      } catch {
        return text.length;
      }
      i = skipSpace(text, end);
      if (text[i] !== ':') return text.length;
      i = skipSpace(text, i + 1);
    }
    const end = walk(text, i, null);
    if (visit) visit(key, i, end, keyBegin);
    i = skipSpace(text, end);
    if (text[i] === ',') i = skipSpace(text, i + 1);
  }
  return Math.min(text.length, i + 1);
}

/**
 * { begin, end } of the value with its key. Of what is not there, its nearest parent: a member
 * that is missing is missing somewhere.
 */
export function locate(text, pointer) {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at = skipSpace(text, 0);
  let found = null;
  for (const step of steps) {
    let next = null;
    walk(text, at, (key, begin, end, keyBegin) => {
      if (key === step) next = { value: begin, begin: keyBegin, end };
    });
    if (!next) break;
    found = next;
    at = next.value;
  }
  return found ? { begin: found.begin, end: found.end } : null;
}
