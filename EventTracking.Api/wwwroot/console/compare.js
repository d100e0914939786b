// What differs between this event and the last one of the same kind that succeeded.

import { h } from './dom.js';
import { duration, plural, time } from './format.js';
import { empty, eventLink, table } from './parts.js';
import { flatten } from './json.js';

const most = 100;
const longest = 500;

export function compare(event, body, good, goodBody) {
  const differences = differencesOf(body, goodBody);
  return [
    good.entity !== event.entity && h('p', null, `None about ${event.entity ?? 'the same thing'} has succeeded. This is the last one of the same kind, about ${good.entity ?? 'nothing in particular'}.`),
    h('p', null, 'Event ', eventLink(good.id), ' succeeded ', time(good.updatedAt), ` after ${stepsOf(good)}. This one has ${stepsOf(event)}.`),
    body.problem || goodBody.problem ? empty('The payloads are not compared, because one of them is not available.')
      : differences === null ? empty('The payloads are not compared, because one of them is too large or no JSON.')
        : differences.length === 0 ? empty('The payloads have the same values.')
          : table('Values that differ', [['Value', row => h('code', null, row[0])], ['Here', row => value(row[1])], ['There', row => value(row[2])]], differences.slice(0, most), { key: row => row[0] }),
    differences?.length > most && empty(`and ${plural(differences.length - most, 'more value')} that ${differences.length - most === 1 ? 'differs' : 'differ'}`),
  ];
}

function value(text) {
  return h('code', null, text === undefined ? 'absent' : text.length > longest ? `${text.slice(0, longest)}…` : text);
}

function stepsOf(event) {
  const attempt = event.attempts.at(-1);
  if (!attempt) {
    return 'no attempt';
  }

  const took = attempt.endedAt ? ` in ${duration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))}` : '';
  return attempt.steps.length > 0 ? `the steps ${attempt.steps.map(step => step.name).join(', ')}${took}` : `no steps${took}`;
}

function differencesOf(body, goodBody) {
  if (!body.tree || !goodBody.tree) {
    return null;
  }

  const [here, there] = [flatten(body.tree), flatten(goodBody.tree)];
  return [...new Set([...here.keys(), ...there.keys()])].filter(path => here.get(path) !== there.get(path)).map(path => [path, here.get(path), there.get(path)]);
}
