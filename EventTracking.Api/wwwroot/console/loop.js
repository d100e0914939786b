// Loads a screen, shows it, and does so again: as soon as the answer says, not while the page is hidden, and slower when the service is busy.

import { patch, h } from './dom.js';
import { empty, heading, problemBox } from './parts.js';
import { absolute } from './format.js';

const usual = 5000;
const slowest = 60_000;

// What was shown before stays for a moment, so that a screen that comes at once does not flicker.
const patience = 300;

let present = null;

// place: where the screen was left, if somebody comes back to it: { y, row }.
export function start(screen, route, place) {
  // Another filter of the same screen changes it in place, so that who filters by keyboard stays where they are.
  const isSame = present?.shown === true && present.screen === screen && present.route.id === route.id;
  const shown = isSame && !place && present.route.query.cursor === route.query.cursor && present.route.query.after === route.query.after;
  stop();
  const run = { screen, route, place, control: new AbortController(), timer: 0, wait: usual, shown, data: null };
  present = run;
  delete document.getElementById('main').dataset.screen;
  if (!shown) {
    run.timer = setTimeout(() => document.getElementById('main').replaceChildren(heading(titleOf(route)), empty('Loading…')), patience);
  }

  void load(run);
}

export function stop() {
  present?.control.abort();
  clearTimeout(present?.timer);
  present = null;
}

export function refresh() {
  if (present && !(present.screen.once && present.data)) {
    clearTimeout(present.timer);
    void load(present);
  }
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(present?.timer);
  if (!document.hidden && present && !(present.screen.once && present.data)) {
    present.timer = setTimeout(load, Math.max(0, (present.due ?? 0) - Date.now()), present);
  }
});
document.addEventListener('acted', refresh);

async function load(run) {
  const round = run.round = (run.round ?? 0) + 1;
  try {
    const data = await run.screen.load(run.route, run.control.signal);
    if (run !== present || run.round !== round) {
      return;
    }

    clearTimeout(run.timer);
    run.data = data;
    run.wait = Math.max(500, data.pollAfter ?? usual);
    draw(run, null);
    document.getElementById('asof').textContent = `As of ${absolute(data.asOf ?? new Date().toISOString(), false)}.`;
  } catch (problem) {
    if (run !== present || run.control.signal.aborted || run.round !== round) {
      return;
    }

    if (problem.status === 401) {
      document.dispatchEvent(new CustomEvent('refused'));
      return;
    }

    clearTimeout(run.timer);
    run.wait = Math.min(slowest, Math.max(run.wait * 2, (problem.retryAfter ?? 0) * 1000));
    draw(run, problem);
  }

  schedule(run);
}

// Windows that were opened together do not ask together.
function schedule(run) {
  clearTimeout(run.timer);
  run.due = Date.now() + run.wait;
  if (!document.hidden && !run.screen.once) {
    run.timer = setTimeout(() => load(run), run.wait * (0.9 + Math.random() * 0.2));
  }
}

function draw(run, problem) {
  const main = document.getElementById('main');
  const content = h('main', { id: 'main', tabindex: '-1', 'data-screen': run.route.name });
  if (problem) {
    content.append(...[!run.data && heading(titleOf(run.route)), !run.data && run.screen.form?.(run.route), problemBox(problem)].filter(node => node));
  }

  if (run.data) {
    try {
      content.append(...[run.screen.view(run.data, run.route)].flat(Infinity).filter(node => node));
    } catch (error) {
      // An answer of a form that this version does not know.
      console.error(error);
      content.append(heading(titleOf(run.route)), problemBox({ title: 'This screen cannot be shown', message: `Reload the page. If that does not help, this is an error of the console: ${error.message}` }));
    }
  }

  const hadFocus = main.contains(document.activeElement);
  if (run.shown) {
    patch(main, content);
    if (hadFocus && document.activeElement === document.body) {
      main.focus({ preventScroll: true });
    }
  } else {
    main.dataset.screen = run.route.name;
    main.replaceChildren(...content.childNodes);
    run.shown = true;
    window.scrollTo(0, run.place?.y ?? 0);
    const row = run.place?.row && main.querySelector(`tr[data-key="${CSS.escape(run.place.row)}"]`);
    if (row || document.activeElement === document.body) {
      (row?.querySelector('a, button') ?? main).focus({ preventScroll: true });
    }

    const heading = main.querySelector('h1');
    const title = heading?.dataset.name ?? heading?.textContent;
    document.title = title ? `${title} – EventTracking` : 'EventTracking';
  }
}

function titleOf({ name, id }) {
  return `${name[0].toUpperCase()}${name.slice(1)}${id ? ` ${id}` : ''}`;
}
