/** The functions of a WebAssembly file: names and bytes of code. */

/**
 * @param {Buffer} file with a name section
 * @returns {{name: string, bytes: number}[]} of the functions with a body
 */
export function functionsOf(file) {
  let imported = 0;
  const sizes = [];
  const names = new Map();
  for (const { id, from, to } of sections(file)) {
    const read = reader(file, from);
    if (id === 2) imported = countImports(read);
    if (id === 10) {
      for (let left = read.number(); left > 0; left--) {
        const before = read.position();
        const length = read.number();
        read.skip(length);
        sizes.push(read.position() - before);
      }
    }
    if (id === 0 && read.text() === 'name') readNames(read, to, names);
  }
  return sizes.map((bytes, index) => ({ name: names.get(imported + index) ?? '', bytes }));
}

function* sections(file) {
  for (let at = 8; at < file.length; ) {
    const read = reader(file, at + 1);
    const length = read.number();
    const from = read.position();
    yield { id: file[at], from, to: from + length };
    at = from + length;
  }
}

/** Subsection 1 of the name section is that of functions. */
function readNames(read, to, names) {
  while (read.position() < to) {
    const kind = read.number();
    const end = read.number() + read.position();
    if (kind === 1) {
      for (let left = read.number(); left > 0; left--) {
        const index = read.number();
        names.set(index, read.text());
      }
    }
    read.skip(end - read.position());
  }
}

/** Of functions. */
function countImports(read) {
  let functions = 0;
  for (let left = read.number(); left > 0; left--) {
    read.text();
    read.text();
    const kind = read.number();
    if (kind === 0) functions++;
    // Its type; a table's and a memory's type is an element type or nothing, and limits; a global's and a tag's two numbers.
    if (kind === 0) read.number();
    else if (kind === 1 || kind === 2) {
      if (kind === 1) read.number();
      if (read.number() & 1) read.number();
      read.number();
    } else {
      read.number();
      read.number();
    }
  }
  return functions;
}

function reader(file, at) {
  const read = {
    position: () => at,
    skip(count) {
      at += count;
    },
    /** LEB128. */
    number() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = file[at++];
        value += (byte & 127) * 2 ** shift;
        if (byte < 128) return value;
      }
    },
    text() {
      const length = read.number();
      at += length;
      return file.toString('utf8', at - length, at);
    },
  };
  return read;
}
