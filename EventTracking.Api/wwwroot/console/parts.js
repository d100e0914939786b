// What several screens show in the same way.

import { h } from './dom.js';
import { go, link } from './route.js';
import { exact, number, relative, time } from './format.js';

const signs = {
  succeeded: '✓', failed: '✕', retrying: '↻', waiting: '⧗', processing: '▸', queued: '…', superseded: '≫', ignored: '–', dismissed: '⊘',
  running: '▸', paused: '‖', planned: '…', ended: '✓', cancelled: '⊘', open: '●', investigating: '◐', resolved: '✓', muted: '◌',
};

export function badge(status) {
  return h('span', { class: `badge is-${/^[a-z-]+$/i.test(status) ? status : 'other'}` }, h('span', { 'aria-hidden': 'true' }, signs[status] ?? '•'), ' ', status);
}

// Its key keeps a section what it is when another one comes before it. What follows a colon changes, such as a number.
export function section(title, ...content) {
  return h('section', { class: 'card', 'data-key': title.split(':')[0] }, h('h2', null, title), content);
}

// The window is called by its heading, or by what tells it from other windows with the same one.
export function heading(title, ...beside) {
  const [text, name] = [title].flat();
  return h('div', { class: 'heading' }, h('h1', { 'data-name': name }, text), beside);
}

export function missing(what) {
  return h('p', { class: 'empty' }, `${what} not available.`);
}

export function empty(text) {
  return h('p', { class: 'empty' }, text);
}

export function problemBox(problem) {
  const errors = Object.entries(problem.errors ?? {});
  return h('div', { class: 'problem', role: 'alert' },
    h('strong', null, problem.title ?? 'The console failed'),
    errors.length === 0 && h('p', null, problem.message),
    errors.length > 0 && h('ul', null, errors.map(([field, texts]) => h('li', null, `${field}: ${[texts].flat().join(' ')}`))),
    problem.traceId && h('p', null, h('small', null, `Trace ${problem.traceId}`)));
}

export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
    .map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))));
}

// A real table, which scrolls by itself on a narrow screen. Columns are [title, cell, 'number'?]; rows can be walked by j and k.
export function table(label, columns, rows, { key, open } = {}) {
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': label },
    h('table', null,
      h('caption', { class: 'hidden' }, label),
      h('thead', null, h('tr', null, columns.map(([title, , kind]) => h('th', { scope: 'col', class: kind }, title)))),
      h('tbody', null, rows.map((row, index) => h('tr', { 'data-key': key ? key(row) : String(index), 'data-open': open?.(row) },
        columns.map(([, cell, kind]) => h('td', { class: kind }, cell(row))))))));
}

// Also of what was typed and not yet applied.
export function clear(event, screen) {
  for (const input of event.target.form.querySelectorAll('input')) {
    input.value = '';
  }

  go(screen);
}

export function eventLink(id, text) {
  return h('a', { href: link('events', id), class: 'id' }, text ?? id);
}

export function entityLink(entity) {
  return entity ? h('a', { href: link('events', null, { entity }) }, exact(entity)) : '–';
}

// What has failed for good is not tried again, whatever its failure was. Null if it is not known.
export function mayPass({ transient, count, failed }) {
  return transient === null || count === 0 ? null : !transient ? 'no' : failed === count ? 'no: all have failed for good' : failed > 0 ? `yes, ${number(count - failed)} of ${number(count)}` : 'yes';
}

export function events(label, list, byUpdate) {
  return table(label, [
    ['Status', row => badge(row.status)],
    ['Event', row => eventLink(row.id)],
    ['About', row => entityLink(row.entity)],
    ['Function and topic', row => [row.function, h('small', { class: 'below' }, `${row.source} ${exact(row.topic)}`)]],
    [byUpdate ? 'Since' : 'Triggered', row => time(byUpdate ? row.updatedAt : row.triggeredAt)],
    ['Attempts', row => number(row.attemptCount), 'number'],
    ['Error or reason', row => h('span', { class: 'message' }, exact(row.error ?? (row.waitingOn ? `waits for ${row.waitingOn}` : '')))],
  ], list, { key: row => row.id, open: row => link('events', row.id) });
}

export function button(text, onclick, kind, label) {
  return h('button', { type: 'button', class: kind, onclick, 'aria-label': label }, text);
}

export function count(value, target, what) {
  return target ? h('a', { href: target, class: 'count' }, h('b', null, number(value)), ' ', what) : h('span', { class: 'count' }, h('b', null, number(value)), ' ', what);
}

export function seen(text) {
  return text ? relative(text) : 'never';
}
