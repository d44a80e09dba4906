/** The rules of docs/design: which room of the core may include which, and where a single attack may be named. */

/** Path from the project's folder → text. */
export type Sources = ReadonlyMap<string, string>;

/** The rooms of src/CMakeLists.txt in its order, each with those it may use beside itself. */
export function roomsOf(cmake: string): Map<string, string[]> {
  const rooms = new Map<string, string[]>();
  for (const [, list] of cmake.matchAll(/^mlsec_room\(([^)]*)\)/gm)) {
    const [name, ...uses] = list!.trim().split(/\s+/);
    rooms.set(name!, uses);
  }
  return rooms;
}

/** Rooms that use one that stands below them or nowhere, folders without a line, lines without a folder. */
export function brokenRooms(rooms: ReadonlyMap<string, string[]>, sources: Sources): string[] {
  const names = [...rooms.keys()];
  const folders = new Set([...sources.keys()].flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []));
  return [
    ...names.flatMap((name, place) =>
      rooms
        .get(name)!
        .filter((used) => !names.slice(0, place).includes(used))
        .map((used) => `${name} uses ${used}, which does not stand above it`),
    ),
    ...[...folders].filter((folder) => !rooms.has(folder)).map((folder) => `src/${folder} is no room`),
    ...names.filter((name) => !folders.has(name)).map((name) => `there is no folder src/${name}`),
  ];
}

/** Includes in src/ of anything but the own room, the rooms it may use, and libraries. */
export function forbiddenIncludes(rooms: ReadonlyMap<string, string[]>, sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    const room = /^src\/([^/]+)\//.exec(path)?.[1];
    if (!room) continue;
    for (const [, quote, target] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)/gm)) {
      const from = target!.split('/')[0]!;
      const allowed =
        quote === '"'
          ? target!.includes('/') && (from === room || (rooms.get(room)?.includes(from) ?? false))
          : !rooms.has(from) && from !== 'bindings' && (room === 'engine' || !/^(xnnpack|pthreadpool)\b/.test(target!));
      if (!allowed) found.push(`${path} includes ${target}`);
    }
  }
  return found;
}

export interface AttackNames {
  /** Of its pair of files in src/attacks. */
  stem: string;
  /** Everything it is called: its class, its id, its name for people, its files. */
  names: string[];
}

/** What the list of attacks in src/catalog/attacks.hpp names. */
export function attacksOf(sources: Sources): AttackNames[] {
  const list = sources.get('src/catalog/attacks.hpp')!;
  return [...list.matchAll(/#include "attacks\/(\w+)\.hpp"/g)].map(([, stem]) => {
    const header = sources.get(`src/attacks/${stem}.hpp`)!;
    const id = /string_view id = "([^"]+)"/.exec(header)![1]!;
    const name = /string_view name = "([^"]+)"/.exec(header)![1]!;
    const type = [...list.matchAll(/attacks::(\w+)/g)].find(([, candidate]) =>
      header.includes(`struct ${candidate} {`),
    )!;
    return { stem: stem!, names: [...new Set([stem!, id, name, type[1]!])] };
  });
}

/** Without comments, which may give examples. */
function codeOf(path: string, text: string): string {
  if (path.endsWith('.txt')) return text.replace(/#.*/g, '');
  const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/.*|\/\*[\s\S]*?\*\//g;
  return text.replace(stringOrComment, (_, string) => string ?? ' ');
}

/** Names that mean something else as well: only as a type or a file are they those of attacks. */
const ordinary =
  /^(bandits|boundary|blur|brightness|composite|contrast|corruption|fog|frost|inversion|noise|pointwise|shadow|snow|square|threshold|transfer)$/i;

/** Lines that name a single attack, but for the room of attacks, where one may build on another, and the list. */
export function attacksNamed(sources: Sources): { path: string; line: string }[] {
  const attacks = attacksOf(sources);
  const found: { path: string; line: string }[] = [];
  for (const [path, text] of sources) {
    if (path === 'src/catalog/attacks.hpp' || path.startsWith('src/attacks/')) continue;
    const words = attacks
      .flatMap(({ names }) => names)
      .map((name) => name.replace(/[^\w ]/g, '\\$&'))
      .map((name) => (ordinary.test(name) ? `(?<=attacks(?:/|::))${name}` : name));
    if (words.length === 0) continue;
    // An underscore ends a word: pgd_steps names pgd.
    const naming = new RegExp(`(?<![A-Za-z0-9])(${words.join('|')})(?![A-Za-z0-9])`, 'i');
    for (const line of codeOf(path, text).split('\n')) if (naming.test(line)) found.push({ path, line: line.trim() });
  }
  return found;
}
