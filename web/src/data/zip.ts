// Reading zip archives (PKWARE's APPNOTE, sections 4.3 and 4.4), which NumPy's .npz files are.
import { fail } from '../error.js';
import { crc32 } from './crc32.js';
import { inflate } from './inflate.js';

/** A file in an archive. */
export interface Member {
  name: string;
  /** Stored (0) or deflated (8). */
  method: number;
  encrypted: boolean;
  checksum: number;
  packedSize: number;
  size: number;
  /** Of its local header. */
  offset: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endSize = 22;
const entrySize = 46;
const localSize = 30;
/** What a field holds whose value stands in a zip64 record. */
const elsewhere = 0xffffffff;
const mostMembers = 10_000;

/** The archive's directory. */
export function readDirectory(archive: Uint8Array, field: string): Member[] {
  const view = viewOf(archive);
  const damaged = (): never => fail('malformed', field, `${field} is no zip archive, or a damaged one.`);
  let end = archive.length - endSize;
  // Behind the end record stands a comment of at most 65,535 bytes, whose length it holds.
  const last = Math.max(0, end - 0xffff);
  const isEnd = () =>
    view.getUint32(end, true) === endSignature && view.getUint16(end + 20, true) === archive.length - end - endSize;
  while (end >= last && !isEnd()) end--;
  if (end < last) return damaged();
  const [disk, directoryDisk, here, count] = [4, 6, 8, 10].map((at) => view.getUint16(end + at, true));
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || size === elsewhere || start === elsewhere) return refuseZip64(field);
  if (disk !== 0 || directoryDisk !== 0 || here !== count || start + size > end) return damaged();
  if ((count as number) > mostMembers) fail('too-large', field, `${field} holds more than ${mostMembers} files.`);
  const members: Member[] = [];
  let at = start;
  for (let index = 0; index < (count as number); index++) {
    if (at + entrySize > start + size || view.getUint32(at, true) !== entrySignature) return damaged();
    const nameLength = view.getUint16(at + 28, true);
    const next = at + entrySize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > start + size) return damaged();
    const member = {
      name: new TextDecoder().decode(archive.subarray(at + entrySize, at + entrySize + nameLength)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if ([member.packedSize, member.size, member.offset].includes(elsewhere)) return refuseZip64(field);
    members.push(member);
    at = next;
  }
  return members;
}

/** The bytes of a member, checked against their sum. */
export async function readMember(
  archive: Uint8Array,
  member: Member,
  most: number,
  field: string,
): Promise<Uint8Array> {
  const { name, method, encrypted, checksum, packedSize, size, offset } = member;
  const damaged = (): never => fail('malformed', field, `${field}: '${name}' in the archive is damaged.`);
  if (encrypted) fail('unsupported', field, `${field}: '${name}' in the archive is encrypted.`);
  if (method !== 0 && method !== 8) {
    fail('unsupported', field, `${field}: '${name}' in the archive is neither stored nor deflated.`);
  }
  if (size > most)
    fail('too-large', field, `${field}: '${name}' has ${size} bytes, more than the ${most} it may have.`);
  const view = viewOf(archive);
  if (offset + localSize > archive.length || view.getUint32(offset, true) !== localSignature) return damaged();
  // The directory is what counts; the local header may put sizes elsewhere (NumPy's do), but its length is its own.
  const start = offset + localSize + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > archive.length) return damaged();
  const packed = archive.subarray(start, start + packedSize);
  const bytes = method === 0 ? packed : await inflate(packed, 'deflate-raw', size, field);
  if (bytes.length !== size || crc32(bytes) !== checksum) return damaged();
  return bytes;
}

function refuseZip64(field: string): never {
  return fail('unsupported', field, `${field} is a zip64 archive, of more than 4 GB or 65,534 files.`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
