// Elements are made here and nowhere else. Texts become text nodes and attributes are known ones, so nothing that a payload contains can run.

const svgNames = new Set(['svg', 'g', 'rect', 'line', 'path', 'text', 'title', 'circle']);
const handlers = ['onclick', 'onsubmit', 'oninput', 'onchange', 'ontoggle', 'onclose'];
const attributes = new Set([
  'autocomplete', 'class', 'colspan', 'cx', 'cy', 'd', 'datetime', 'for', 'height', 'href', 'id', 'inputmode', 'max', 'maxlength', 'min', 'name', 'placeholder', 'preserveAspectRatio', 'r',
  'rel', 'role', 'rows', 'scope', 'spellcheck', 'tabindex', 'target', 'text-anchor', 'title', 'type', 'viewBox', 'width', 'x', 'x1', 'x2', 'y', 'y1', 'y2',
]);
const flags = new Set(['checked', 'disabled', 'hidden', 'open', 'required', 'selected', 'readonly']);

export function h(name, given, ...children) {
  const isSvg = svgNames.has(name) && (name !== 'title' || given?.svg);
  const element = isSvg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(given ?? {})) {
    set(element, key, value);
  }

  append(element, children);
  return element;
}

function set(element, key, value) {
  if (key === 'svg' || value === null || value === undefined || value === false) {
    return;
  }

  if (handlers.includes(key)) {
    element[key] = value;
  } else if (key === 'value') {
    element.value = value;
    element.setAttribute('value', value);
  } else if (flags.has(key)) {
    element.setAttribute(key, '');
  } else if (key === 'href' ? isSafe(value) : attributes.has(key) || key.startsWith('aria-') || key.startsWith('data-')) {
    element.setAttribute(key, value);
  } else if (key !== 'href') {
    throw new Error(`The attribute '${key}' is not known.`);
  }
}

function isSafe(url) {
  return url.startsWith('#') || url.startsWith('swagger') || /^https?:\/\//.test(url);
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
}

// Turns what is shown into what should be shown with few changes, so that focus, selection, open details and typed text stay.
export function patch(shown, wanted) {
  // What never changes is left alone, with whatever has been opened in it.
  if (shown.dataset.fixed && shown.dataset.fixed === wanted.dataset.fixed) {
    return;
  }

  for (const { name } of [...shown.attributes]) {
    if (!wanted.hasAttribute(name) && name !== 'open') {
      shown.removeAttribute(name);
    }
  }

  for (const { name, value } of wanted.attributes) {
    if (shown.getAttribute(name) !== value && !(name === 'open' && shown.nodeName === 'DETAILS')) {
      shown.setAttribute(name, value);
      if (name === 'value' || name === 'selected') {
        shown[name] = name === 'value' ? value : true;
      }
    }
  }

  for (const handler of handlers) {
    if (shown[handler] !== wanted[handler]) {
      shown[handler] = wanted[handler];
    }
  }

  patchChildren(shown, [...wanted.childNodes]);
  if (shown.nodeName === 'SELECT' && shown.value !== wanted.value) {
    shown.value = wanted.value;
  }
}

function patchChildren(shown, wanted) {
  if (shown.nodeName === 'TEXTAREA') {
    return;
  }

  const keyed = new Map([...shown.children].filter(child => child.dataset?.key).map(child => [child.dataset.key, child]));

  // Gone before the others are looked at: to move one past it would take the focus from it.
  const keys = new Set(wanted.map(node => node.dataset?.key));
  keyed.forEach((child, key) => keys.has(key) || child.remove());
  let at = shown.firstChild;
  for (const node of wanted) {
    const key = node.dataset?.key;
    const match = key ? keyed.get(key) : at && isSame(at, node) ? at : null;
    if (!match) {
      shown.insertBefore(node, at);
      continue;
    }

    if (match === at) {
      at = at.nextSibling;
    } else {
      shown.insertBefore(match, at);
    }

    if (match.nodeType === Node.TEXT_NODE) {
      if (match.data !== node.data) {
        match.data = node.data;
      }
    } else {
      patch(match, node);
    }
  }

  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function isSame(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && !one.dataset?.key && one.id === other.id;
}
