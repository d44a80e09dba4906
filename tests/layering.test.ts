import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { attacksNamed, attacksOf, brokenRooms, forbiddenIncludes, roomsOf, type Sources } from './layering.js';

const project = fileURLToPath(new URL('..', import.meta.url));

function read(...folders: string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders)
    for (const entry of readdirSync(join(project, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).slice(project.length);
      if (!entry.isFile() || !/\.(cpp|hpp|ts|css|html|txt)$/.test(path) || path.includes('/generated/')) continue;
      sources.set(path, readFileSync(join(project, path), 'utf8'));
    }
  return sources;
}

const core = read('src');
const rooms = roomsOf(core.get('src/CMakeLists.txt')!);

/** Where an attack is named all the same, and why. */
const exceptions: Record<string, string> = {
  'web/src/cli/help.ts': 'gives an example',
  'web/src/cli/evaluate.ts': 'gives an example',
  'web/src/evaluation/warnings.ts': 'compares with noise, and advises',
  'demo/src/learn/lessons.ts': 'teaches by attacks that are chosen',
  'demo/src/examples/plain.html': 'gives an example',
};

describe('the tree', () => {
  it('has a line for every room, which uses only rooms above it', () => {
    expect(rooms.size).toBeGreaterThan(5);
    expect(brokenRooms(rooms, core)).toEqual([]);
  });

  it('includes along those lines only, and XNNPACK only in the engine', () => {
    expect(forbiddenIncludes(rooms, core)).toEqual([]);
  });

  it('names a single attack only in its own files and in the list', () => {
    const named = attacksNamed(read('src', 'bindings', 'web/src', 'demo/src'));
    expect(named.filter(({ path }) => !Object.hasOwn(exceptions, path))).toEqual([]);
    expect(new Set(named.map(({ path }) => path))).toEqual(new Set(Object.keys(exceptions)));
  });
});

describe('the rules find', () => {
  const lists = roomsOf(
    'mlsec_room(base)\nmlsec_room(engine  base)\nmlsec_room(nn base\n  engine)\n# mlsec_room(none)\n',
  );
  const at = (path: string, text: string): Sources => new Map([[path, text]]);

  it('rooms in a list over several lines', () => {
    expect([...lists]).toEqual([
      ['base', []],
      ['engine', ['base']],
      ['nn', ['base', 'engine']],
    ]);
  });

  it('rooms that use what stands below, and rooms or folders alone', () => {
    const circle = roomsOf('mlsec_room(base nn)\nmlsec_room(nn base)\n');
    const sources = new Map([
      ['src/base/a.hpp', ''],
      ['src/other/a.hpp', ''],
    ]);
    expect(brokenRooms(circle, sources)).toEqual([
      'base uses nn, which does not stand above it',
      'src/other is no room',
      'there is no folder src/nn',
    ]);
  });

  it.each([
    ['a room below', 'src/base/a.hpp', '#include "engine/linear.hpp"'],
    ['an indented include', 'src/base/a.cpp', '  #  include "nn/network.hpp"'],
    ['a room that is none', 'src/nn/a.cpp', '#include "bindings/embind.hpp"'],
    ['a room as a library', 'src/base/a.cpp', '#include <nn/network.hpp>'],
    ['the bindings as a library', 'src/nn/a.cpp', '#include <bindings/embind.hpp>'],
    ['a file without its room', 'src/nn/a.cpp', '#include "network.hpp"'],
    ['a way around', 'src/nn/a.cpp', '#include "../bindings/embind.hpp"'],
    ['XNNPACK outside the engine', 'src/nn/a.cpp', '#include <xnnpack.h>'],
    ['its threads outside the engine', 'src/nn/a.cpp', '#include <pthreadpool.h>'],
    ['XNNPACK as a file', 'src/engine/a.cpp', '#include "xnnpack.h"'],
  ])('%s', (_, path, text) => {
    expect(forbiddenIncludes(lists, at(path, `#include <vector>\n${text}\n`))).toHaveLength(1);
  });

  it.each([
    [
      'the own room and those above',
      'src/nn/a.cpp',
      '#include "nn/b.hpp"\n#include "base/c.hpp"\n#include "engine/d.hpp"',
    ],
    ['libraries', 'src/base/a.cpp', '#include <vector>\n#include <protozero/pbf_reader.hpp>'],
    ['XNNPACK in the engine', 'src/engine/a.hpp', '#include <xnnpack.h>'],
  ])('nothing in %s', (_, path, text) => {
    expect(forbiddenIncludes(lists, at(path, text))).toEqual([]);
  });

  const attack =
    'struct Shift {\n  static constexpr std::string_view id = "tiny-shift";\n' +
    '  static constexpr std::string_view name = "Shift a little";\n};';
  const other = attack.replaceAll('Shift', 'Other').replace('tiny-shift', 'other');
  const catalog: [string, string][] = [
    [
      'src/catalog/attacks.hpp',
      '#include "attacks/other.hpp"\n#include "attacks/shift_all.hpp"\nTypeList<attacks::Other, attacks::Shift>',
    ],
    ['src/attacks/other.hpp', other],
    ['src/attacks/shift_all.hpp', attack],
    ['src/attacks/shift_all.cpp', '#include "attacks/shift_all.hpp"\nShift::run();'],
  ];

  it('the names of the attacks', () => {
    expect(attacksOf(new Map(catalog))).toEqual([
      { stem: 'other', names: ['other', 'Other a little', 'Other'] },
      { stem: 'shift_all', names: ['shift_all', 'tiny-shift', 'Shift a little', 'Shift'] },
    ]);
  });

  it('no name in the files of an attack and in the list', () => {
    expect(attacksNamed(new Map(catalog))).toEqual([]);
  });

  it.each([
    ['an id in the bindings', 'bindings/embind.cpp', 'if (method == "tiny-shift") return 1;'],
    ['a class in the catalogue', 'src/catalog/dispatch.cpp', 'attacks::Shift attack;'],
    ['an include', 'src/catalog/dispatch.cpp', '#include "attacks/shift_all.hpp"'],
    ['a part of a longer name', 'src/base/random.hpp', 'enum { shift_all_start = 1 };'],
    ['an id in the package', 'web/src/attack.ts', "const url = 'https://x'; const first = 'tiny-shift';"],
    ['an id in a template', 'web/src/attack.ts', 'const first = `the\n tiny-shift`;'],
    ['a name in the demo', 'demo/src/view.ts', 'label.textContent = "Shift a little";'],
    ['a name in other letters', 'demo/src/view.ts', 'label.textContent = "TINY-SHIFT";'],
  ])('%s', (_, path, line) => {
    expect(attacksNamed(new Map([...catalog, [path, line]]))).toHaveLength(1);
  });

  it.each([
    ['a comment', 'src/base/schema.hpp', '/// { method: "tiny-shift" } for example'],
    [
      'a comment over lines',
      'web/src/attack.ts',
      "/**\n * attack(model, { method: 'tiny-shift' })\n */\nexport const a = 1;",
    ],
    ['a longer word', 'demo/src/view.ts', 'const shifted = shifting(anotherOne);'],
  ])('no name in %s', (_, path, text) => {
    expect(attacksNamed(new Map([...catalog, [path, text]]))).toEqual([]);
  });
});
