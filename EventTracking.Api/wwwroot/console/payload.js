// The payload as a tree and raw. Numbers keep all their digits: JavaScript would round the ids of inventory items.

import { h } from './dom.js';
import { getBytes, Problem } from './api.js';
import { bytes, plural } from './format.js';
import { button, empty, facts } from './parts.js';
import { parse } from './json.js';

const known = new Map();
const mostKnown = 8;
const mostShown = 200_000;
const mostOpen = 200;
const mostEntries = 500;

// A payload never changes, so it is asked for once.
export async function payload(event, signal) {
  if (known.has(event.id)) {
    return known.get(event.id);
  }

  let body;
  try {
    const answer = await getBytes(`/events/${event.id}/payload`, signal);
    const text = decode(answer.bytes);
    body = { ...answer, text, tree: text === null || text.length > mostShown ? undefined : parse(text) };
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status === 401) {
      throw problem;
    }

    return { problem };
  }

  known.set(event.id, body);
  if (known.size > mostKnown) {
    known.delete(known.keys().next().value);
  }

  return body;
}

export function payloadView(event, body) {
  if (body.problem) {
    return empty(body.problem.message);
  }

  return [
    facts([['Type', body.type], ['Size', bytes(body.bytes.length)], ['SHA-256', event.payload?.sha256 && h('code', null, event.payload.sha256)]]),
    body.tree !== undefined && h('div', { class: 'tree', 'data-key': 'tree', 'data-fixed': event.id }, tree(null, body.tree, { left: mostOpen })),
    body.text === null
      ? empty('It is not text. Download it to see it.')
      : h('details', { open: body.tree === undefined }, h('summary', null, 'Raw'), h('pre', { tabindex: '0', class: 'raw' }, body.text.length > mostShown ? `${body.text.slice(0, mostShown)}…` : body.text)),
    h('div', null, button('Download', () => download(event, body), 'plain')),
  ];
}

function decode(data) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return null;
  }
}

// What is closed gets its elements when it is opened: a payload may have a hundred thousand values.
function tree(name, node, room) {
  const label = name === null ? null : h('span', { class: 'name' }, `${name}: `);
  if (node.kind !== 'object' && node.kind !== 'array') {
    return h('div', { class: 'leaf' }, label, h('span', { class: `value-${node.kind}` }, node.text));
  }

  const size = node.entries.length;
  const open = size <= room.left;
  room.left -= open ? size : 0;
  return h('details', { open, ontoggle: open ? null : event => fill(event.target, node) },
    h('summary', null, label, h('small', null, node.kind === 'array' ? `[${size}]` : `{${size}}`)),
    open && branch(node, room));
}

function branch({ entries }, room) {
  const shown = entries.slice(0, mostEntries);
  return h('div', { class: 'branch' }, shown.map(([key, value]) => tree(key, value, room)),
    entries.length > shown.length && empty(`and ${plural(entries.length - shown.length, 'more value')}, which the raw payload has`));
}

function fill(details, node) {
  if (details.open && !details.querySelector('.branch')) {
    details.append(branch(node, { left: 0 }));
  }
}

// A download leaves the browser's tab as it is; the file is never opened here.
function download(event, body) {
  const url = URL.createObjectURL(new Blob([body.bytes], { type: 'application/octet-stream' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = `${event.id}${body.type.includes('json') ? '.json' : '.bin'}`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
