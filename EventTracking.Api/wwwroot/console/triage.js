// What is decided about a group of failures.

import { Problem, segment, send } from './api.js';
import { ask } from './dialog.js';

const choices = [
  ['open', 'Open'], ['investigating', 'Investigating'], ['resolved now', 'Resolved now'], ['resolved drained', 'Resolved when its last event has succeeded'],
  ['resolved nextBuild', 'Resolved in the next build'], ['muted', 'Muted'],
];

export function triage(group, decided) {
  const present = decided.state === 'resolved' ? `resolved ${decided.resolution?.kind ?? 'now'}` : decided.state;
  ask({
    title: `Triage: ${group.title}`,
    reason: 'none',
    fields: [
      { name: 'state', label: 'State', options: choices, value: present },
      { name: 'hours', label: 'If muted: for how many hours', type: 'number', min: 1, max: 8760, hint: 'Empty: until somebody changes it.' },
      { name: 'count', label: 'If muted: until more than this many have failed', type: 'number', min: 1, max: 10000 },
      { name: 'owner', label: 'Owner', value: decided.owner ?? '', maxlength: 200 },
      { name: 'link', label: 'Link (https)', value: decided.link ?? '', maxlength: 500 },
      { name: 'note', label: 'Note', rows: 3, value: decided.note ?? '', maxlength: 2000, hint: 'Why, and what is known.' },
    ],
    confirm: 'Save',
    run: async values => send('PATCH', `/failures/${segment(group.fingerprint)}`, changeOf(values, present, decided)),
    said: 'The decision was saved.',
  });
}

// Only what was changed here is sent: somebody else may have changed the rest while the dialog was open.
function changeOf({ state, hours, count, ...texts }, present, decided) {
  const [name, resolve] = state.split(' ');
  if (name !== 'muted' && (hours || count)) {
    const [title] = choices.find(([value]) => value === state).slice(1);
    throw new Problem(0, { title: 'Only a muted group is silent for some time', detail: `You gave ${hours ? `${hours} hours` : `a number of ${count} failures`}, but the state is '${title}'. Choose the state 'Muted', or leave that empty.` });
  }

  const mute = { ...(hours && { until: new Date(Date.now() + hours * 3600_000).toISOString() }), ...(count && { count: Number(count) }) };
  const changed = state !== present || (name === 'muted' && Object.keys(mute).length > 0);
  const edited = Object.entries(texts).filter(([member, text]) => text !== (decided[member] ?? '').trim());
  return { ...Object.fromEntries(edited), ...(changed && { state: name, ...(resolve && { resolve }), ...(name === 'muted' && Object.keys(mute).length > 0 && { mute }) }) };
}
