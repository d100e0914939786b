// The shell: who is signed in, which screen is shown, and the keys.

import { h } from './dom.js';
import { link, read, go } from './route.js';
import { forget, keyOf, session } from './session.js';
import { login, recognize } from './login.js';
import { start, stop } from './loop.js';
import { close } from './dialog.js';
import { help } from './keys.js';
import { heading, problemBox } from './parts.js';
import * as overview from './overview.js';
import * as failures from './failures.js';
import * as group from './group.js';
import * as moot from './moot.js';
import * as list from './list.js';
import * as event from './event.js';
import * as waiting from './waiting.js';
import * as search from './search.js';
import * as replays from './replays.js';
import * as replay from './replay.js';
import * as stock from './stock.js';
import * as products from './products.js';
import * as sandbox from './sandbox.js';

const screens = [['overview', 'Overview'], ['failures', 'Failures'], ['events', 'Events'], ['waiting', 'Waiting'], ['search', 'Search'], ['replays', 'Replays'], ['stock', 'Stock']];

function screenOf({ name, id }) {
  switch (name) {
    case 'overview': return overview;
    case 'failures': return id ? group : failures;
    case 'moot': return moot;
    case 'events': return id ? event : list;
    case 'waiting': return waiting;
    case 'search': return search;
    case 'replays': return id ? replay : replays;
    case 'stock': return stock;
    case 'products': return products;
    case 'sandbox': return sandbox;
    default: return null;
  }
}

function drawShell(route) {
  const part = { products: 'stock', moot: 'failures' }[route.name] ?? route.name;
  const shown = session.role ? [...screens, ...(session.sandbox ? [['sandbox', 'Sandbox']] : [])] : [];
  document.getElementById('screens').replaceChildren(...shown.map(([name, title]) =>
    h('a', { href: link(name), 'aria-current': part === name ? 'page' : null }, title)));
  document.getElementById('find').hidden = !session.role;
  document.getElementById('who').replaceChildren(...(session.role
    ? [h('span', null, `${session.name} (${session.role})`), ' ', session.swagger && h('a', { href: 'swagger' }, 'API'), ' ', h('button', { type: 'button', class: 'plain', onclick: () => leave() }, 'Sign out')].filter(node => node)
    : []));
}

// The browser restores where a page was left before the page is filled, so the console does. Entries of before a reload are not known.
history.scrollRestoration = 'manual';
const places = new Map();
const began = Date.now();
let entry = null;

function turn() {
  if (entry !== null) {
    places.set(entry, { y: window.scrollY, row: document.activeElement?.closest('tr')?.dataset.key });
  }

  const known = places.get(history.state?.entry);
  if (!known) {
    history.replaceState({ entry: `${began}-${places.size}` }, '');
  }

  entry = history.state.entry;
  return known;
}

function show() {
  if (!session.role) {
    return;
  }

  close();
  const place = turn();
  const route = read();
  const screen = screenOf(route);
  drawShell(route);
  document.getElementById('q').value = route.name === 'search' ? route.query.q ?? '' : '';
  if (!screen) {
    stop();
    document.getElementById('main').replaceChildren(heading('Not found'), problemBox({ title: 'There is no such page', message: `The console has no page '${route.name}'. Choose one above.` }));
    return;
  }

  start(screen, route, place);
}

function leave(why) {
  stop();
  close();
  forget();
  document.getElementById('asof').textContent = '';
  drawShell(read());
  login(show, why);
}

const refused = { title: 'The key is not accepted', message: 'It may have been replaced or removed. Sign in with a key that is valid now.' };

window.addEventListener('hashchange', show);
document.addEventListener('refused', () => leave(refused));
document.getElementById('help').onclick = help;
document.getElementById('skip').onclick = event => {
  event.preventDefault();
  document.getElementById('main').focus();
};
document.getElementById('find').onsubmit = event => {
  event.preventDefault();
  const q = document.getElementById('q').value.trim();
  if (q) {
    document.getElementById('q').blur();
    go('search', null, { q });
  }
};

drawShell(read());
const longestWait = 60_000;

async function begin(wait = 1000) {
  try {
    await recognize();
    show();
  } catch (problem) {
    if (problem.status === 401) {
      leave(refused);
      return;
    }

    document.getElementById('main').replaceChildren(heading('The console does not start yet'), problemBox(problem), h('p', null, 'It tries again by itself.'));
    setTimeout(begin, Math.max(wait, (problem.retryAfter ?? 0) * 1000), Math.min(longestWait, wait * 2));
  }
}

if (keyOf()) {
  void begin();
} else {
  login(show);
}
