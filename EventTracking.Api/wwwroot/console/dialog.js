// Every action asks first: what it does, and why it is done. More than a thousand events need a typed number.

import { h } from './dom.js';
import { Problem } from './api.js';
import { number } from './format.js';
import { problemBox } from './parts.js';

export const manyEvents = 1000;
const dialog = document.getElementById('dialog');

// fields: [{ name, label, type, value, required, options, rows, hint, exact }]; an exact one keeps spaces around its value. 'run' gets their values and may throw a Problem.
export function ask({ title, text, fields = [], reason = 'required', count = 0, confirm, run, said }) {
  const all = [...fields];
  if (reason !== 'none') {
    all.push({ name: 'reason', label: reason === 'required' ? 'Reason' : 'Reason (optional)', required: reason === 'required', maxlength: 200, hint: 'It is kept in the record.' });
  }

  if (count > manyEvents) {
    all.push({ name: 'typed', label: `Type ${count} to confirm that ${number(count)} events are meant`, required: true, inputmode: 'numeric' });
  }

  const complaint = h('div', null);
  const submit = h('button', { type: 'submit', class: 'primary' }, confirm ?? title);
  const form = h('form', { onsubmit: event => void perform(event) },
    h('h2', { id: 'dialog-title' }, title),
    text && h('p', null, text),
    all.map(field),
    complaint,
    h('div', { class: 'buttons' }, submit, h('button', { type: 'button', onclick: close }, 'Back')));
  show(form);

  async function perform(event) {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, all.some(one => one.name === name && one.exact) ? value : value.trim()]));
    if (count > manyEvents && values.typed !== String(count)) {
      complaint.replaceChildren(problemBox({ title: 'The number is a different one', message: `You typed '${values.typed}'. ${count} events are meant.` }));
      return;
    }

    submit.disabled = true;
    try {
      const result = await run(values);
      if (form.isConnected) {
        close();
      }

      say(typeof said === 'function' ? said(result) : said ?? 'Done.');
      document.dispatchEvent(new CustomEvent('acted'));
    } catch (problem) {
      const shown = problem instanceof Problem ? problem : { title: 'It did not work', message: problem.message };
      if (dialog.open && form.isConnected) {
        complaint.replaceChildren(problemBox(shown));
      } else {
        say(`${confirm ?? title}: ${shown.title}. ${shown.message}`);
      }

      submit.disabled = false;

      // Mostly because something else has happened meanwhile, so that is shown.
      document.dispatchEvent(new CustomEvent('acted'));
    }
  }
}

export function show(...content) {
  const opener = document.activeElement;
  dialog.replaceChildren(...content);
  dialog.onclose = () => (opener?.isConnected ? opener : document.getElementById('main')).focus();
  dialog.showModal();
}

export function close() {
  dialog.close();
}

export function say(text) {
  const said = document.getElementById('said');
  said.textContent = text;
  setTimeout(() => said.textContent === text && (said.textContent = ''), 8000);
}

function field({ name, label, type = 'text', value = '', required, options, rows, hint, maxlength, inputmode, min, max }) {
  const id = `field-${name}`;
  const described = hint ? `${id}-hint` : null;
  const common = { id, name, required, maxlength, 'aria-describedby': described };
  if (type === 'checkbox') {
    return h('p', { class: 'field' }, h('input', { id, name, type, value: 'true', checked: value === true, 'aria-describedby': described }), ' ', h('label', { for: id }, label), hint && h('small', { id: described }, hint));
  }

  const input = options
    ? h('select', common, options.map(([option, text]) => h('option', { value: option, selected: option === value }, text)))
    : rows ? h('textarea', { ...common, rows, spellcheck: 'false' }, value) : h('input', { ...common, type, value, inputmode, min, max, autocomplete: 'off' });
  return h('p', { class: 'field' }, h('label', { for: id }, label), input, hint && h('small', { id: described }, hint));
}
