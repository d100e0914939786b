// The keyboard: inactive while somebody types, and it can be switched off.

import { h } from './dom.js';
import { close, show } from './dialog.js';
import { session } from './session.js';

const storage = 'event-tracking-keys';
const jumps = { o: 'overview', f: 'failures', e: 'events', s: 'search', r: 'replays', t: 'stock', w: 'waiting', b: 'sandbox' };
let going = false;

// A browser may deny storage; the keys are on then.
export function areOn() {
  try {
    return localStorage.getItem(storage) !== 'off';
  } catch {
    return true;
  }
}

function turn(on) {
  try {
    localStorage.setItem(storage, on ? 'on' : 'off');
  } catch { /* See above. */ }
}

document.addEventListener('keydown', event => {
  if (areOn() && event.key === 'Escape' && isTyping(event.target) && !document.getElementById('dialog').open) {
    event.target.blur();
  }

  if (!areOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.getElementById('dialog').open) {
    return;
  }

  if (going) {
    going = false;
    if (jumps[event.key]) {
      event.preventDefault();
      location.hash = `#/${jumps[event.key]}`;
    }

    return;
  }

  const action = { '/': find, '?': help, j: () => move(1), k: () => move(-1), g: () => (going = true), a: act, Enter: open }[event.key];
  if (action && action(event) !== false) {
    event.preventDefault();
  }
});

function isTyping(element) {
  return element instanceof Element && element.matches('input, textarea, select, [contenteditable]');
}

function find() {
  document.getElementById('q').focus();
}

function rows() {
  return [...document.querySelectorAll('#main tbody tr')].filter(row => row.querySelector('a, button'));
}

function move(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest('tr'));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) {
    (next.querySelector('a, button') ?? next).focus();
    next.scrollIntoView({ block: 'nearest' });
  }
}

function open(event) {
  const row = document.activeElement?.closest('[data-open]');
  if (!row || event.target.matches('a, button, summary')) {
    return false;
  }

  location.hash = row.dataset.open;
  return true;
}

function act() {
  const first = document.querySelector('#main .buttons button, #main .buttons a');
  first?.focus();
}

export function help() {
  const line = (keys, text) => h('div', null, h('dt', null, keys.split(' ').map(key => [h('kbd', null, key), ' '])), h('dd', null, text));
  show(h('div', null,
    h('h2', { id: 'dialog-title' }, 'Keyboard'),
    h('dl', { class: 'keys' },
      line('/', 'Find an event'), line('j k', 'Next and previous row'), line('Enter', 'Open the row'), line('a', 'To the first action of the page'),
      line('g o', 'Overview'), line('g f', 'Failures'), line('g e', 'Events'), line('g w', 'Waiting'), line('g s', 'Search'), line('g r', 'Replays'), line('g t', 'Stock'), session.sandbox && line('g b', 'Sandbox'), line('Esc', 'Leave a field, close a dialog')),
    h('p', { class: 'field' },
      h('input', { type: 'checkbox', id: 'keys-on', checked: areOn(), onchange: event => turn(event.target.checked) }), ' ',
      h('label', { for: 'keys-on' }, 'Use these keys')),
    h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: close }, 'Close'))));

  // Not on the box that switches the keys off.
  document.querySelector('#dialog .buttons button').focus();
}
