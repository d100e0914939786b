// An error: what it says, its chain of causes, and a stack that can be read.

import { h } from './dom.js';
import { link } from './route.js';
import { exact } from './format.js';
import { facts } from './parts.js';

export function failure(error) {
  return h('div', { class: 'failure' },
    h('p', { class: 'message bad' }, exact(error.message)),
    error.causes.length > 0 && h('div', null, h('h3', null, 'Because of'), h('ol', { class: 'chain' }, error.causes.map(cause => h('li', null, exact(cause))))),
    facts([
      ['Code', error.code && h('code', null, error.code)], ['Type', h('code', null, error.type)], ['Step', error.step], ['HTTP status', error.httpStatus],
      ['Another attempt may help', error.transient ? 'yes' : 'no'],
      ['Same cause', h('a', { href: link('failures', error.fingerprint) }, error.fingerprint)],
    ]),
    error.stack && h('details', null, h('summary', null, 'Stack'), stack(error.stack)));
}

// One frame a line: the method first, and where it is beside it. Our own code stands out.
function stack(text) {
  return h('ol', { class: 'stack' }, text.split('\n').map(line => line.trim()).filter(line => line).map(line => {
    const frame = /^at (.+?)(?: in (.+?):line (\d+))?$/.exec(line);
    if (!frame) {
      return h('li', null, line);
    }

    const [, method, file, number] = frame;
    return h('li', { class: method.startsWith('System.') || method.startsWith('Microsoft.') ? 'foreign' : null },
      h('code', null, method), file && h('small', null, ` ${file.split('/').at(-1)}:${number}`));
  }));
}
