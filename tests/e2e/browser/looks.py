"""What can be said of a page without eyes: names of controls, contrast, width."""

# Roles that somebody operates, and that therefore need a name.
CONTROLS = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "spinbutton", "slider", "tab",
            "menuitem", "listbox", "switch", "PopUpButton", "DisclosureTriangle"}
STRUCTURE = {"table", "navigation", "region", "search", "img", "image", "form"}

# The ground of an element is that of the nearest one which has any; colours are those that are computed.
CONTRAST = r"""(() => {
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const box = one.matches('g') ? one.querySelector(':scope > rect') : null;
      const colour = box ? getComputedStyle(box).fill : getComputedStyle(one).backgroundColor;
      const parts = numbers(colour);
      if (parts.length === 3 || parts[3] > 0) return colour;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!own || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest('.hidden-text, .skip')) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(element instanceof SVGElement ? style.fill : style.color), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) {
      poor.push(`${ratio.toFixed(2)} ${element.tagName}.${element.getAttribute('class') || ''} ${
        element.textContent.trim().slice(0, 30)}`);
    }
  }
  return poor;
})()"""

# What is wider than the page, but for what stands in a place of its own that scrolls.
TOO_WIDE = r"""[...document.querySelectorAll('main *, header *, nav *')].filter((one) => {
  if (!one.checkVisibility() || one.closest('.hidden-text') || one.closest('svg')) return false;
  for (let up = one.parentElement; up; up = up.parentElement) {
    if (/auto|scroll|hidden/.test(getComputedStyle(up).overflowX)) return false;
  }
  return one.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
}).map((one) => `${one.tagName}#${one.id}.${one.className}`)"""

# Everything in the page that takes the focus, and is to be seen.
FOCUSABLE = r"""[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length
    && !one.disabled)"""


def nameless(tree):
    """Controls and structure without a name."""
    return [role for role, name, ignored, _ in tree if not ignored and not name and role in CONTROLS | STRUCTURE]
