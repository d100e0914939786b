// Asks for the key.

import { h } from './dom.js';
import { get } from './api.js';
import { forget, keep, mayBeKey, session } from './session.js';
import { problemBox } from './parts.js';

export function login(done, why) {
  const complaint = h('div', null, why && problemBox(why));
  const key = h('input', { id: 'key', type: 'password', required: true, autocomplete: 'off', maxlength: 200 });
  const form = h('form', { class: 'card login', onsubmit: event => void enter(event) },
    h('h1', null, 'Sign in'),
    h('p', null, 'The console uses the API with your key. The key stays in this window and is gone when you close it.'),
    h('p', { class: 'field' }, h('label', { for: 'key' }, 'API key'), key),
    complaint,
    h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary' }, 'Sign in')));
  document.getElementById('main').replaceChildren(form);
  document.title = 'Sign in – EventTracking';
  key.focus();

  async function enter(event) {
    event.preventDefault();
    const text = key.value.trim();
    if (!mayBeKey(text)) {
      complaint.replaceChildren(problemBox({ title: 'The key is not accepted', message: 'It contains a space or a character that no key has. Copy it again.' }));
      key.focus();
      return;
    }

    keep(text);
    try {
      await recognize();
      done();
    } catch (problem) {
      forget();
      complaint.replaceChildren(problemBox(problem.status === 401 ? { title: 'The key is not accepted', message: 'Check that it is complete. It may also have been replaced or removed.' } : problem));
      key.focus();
    }
  }
}

export async function recognize() {
  Object.assign(session, await get('/me'));
}
