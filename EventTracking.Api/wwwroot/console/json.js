// Reads JSON for people: numbers stay the text that they are, and strings lose needless escapes. Returns undefined for what is no JSON.

import { exact } from './format.js';

const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const deepest = 200;

export function parse(text) {
  let at = 0;
  try {
    const value = read(0);
    return text.slice(at).trim() === '' ? value : undefined;
  } catch {
    return undefined;
  }

  function next() {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) {
      throw new SyntaxError();
    }

    at = token.lastIndex;
    return match;
  }

  function peek() {
    const before = at;
    const [, mark] = next();
    at = before;
    return mark;
  }

  function expect(mark) {
    if (next()[1] !== mark) {
      throw new SyntaxError();
    }
  }

  function read(depth) {
    if (depth > deepest) {
      throw new SyntaxError();
    }

    const [, mark, string, number, word] = next();
    if (string) {
      return { kind: 'string', text: readable(string) };
    }

    if (number || word) {
      return { kind: number ? 'number' : 'word', text: number ?? word };
    }

    if (mark !== '{' && mark !== '[') {
      throw new SyntaxError();
    }

    const isArray = mark === '[';
    const end = isArray ? ']' : '}';
    const entries = [];
    if (peek() === end) {
      next();
      return { kind: isArray ? 'array' : 'object', entries };
    }

    for (;;) {
      let name = String(entries.length);
      if (!isArray) {
        name = JSON.parse(next()[2]);
        expect(':');
      }

      entries.push([name, read(depth + 1)]);
      const mark = next()[1];
      if (mark === end) {
        return { kind: isArray ? 'array' : 'object', entries };
      }

      if (mark !== ',') {
        throw new SyntaxError();
      }
    }
  }
}

// A string without needless escapes, but with those that show what would not be seen or would turn the text around it.
function readable(string) {
  return exact(JSON.stringify(JSON.parse(string)));
}

// Every value with its path, e.g. for a comparison. What is empty is a value too, and a name that is there twice is counted.
export function flatten(node, path = '', into = new Map()) {
  if (!node.entries?.length) {
    into.set(path, node.text ?? (node.kind === 'array' ? '[]' : '{}'));
    return into;
  }

  const times = new Map();
  for (const [name, value] of node.entries) {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const part = /^[^.#[\]"]+$/.test(name) ? name : JSON.stringify(name);
    flatten(value, `${path}${path && '.'}${part}${time > 1 ? `#${time}` : ''}`, into);
  }

  return into;
}
