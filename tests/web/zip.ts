// Writes zip archives, good ones and such as no program writes.
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../web/src/data/crc32.js';

export interface Packed {
  name: string;
  bytes: Uint8Array;
  deflate?: boolean;
  /** As NumPy writes them: sizes of the local header in an extra field. */
  zip64InLocalHeader?: boolean;
  encrypted?: boolean;
  /** In place of the right ones. */
  method?: number;
  size?: number;
  checksum?: number;
}

export function zip(members: Packed[], comment = ''): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { name, bytes, deflate = true, zip64InLocalHeader = false, encrypted = false } = member;
    const packed = deflate ? deflateRawSync(bytes) : Buffer.from(bytes);
    const about = (inLocal: boolean): Buffer => {
      const header = Buffer.alloc(26);
      header.writeUInt16LE(zip64InLocalHeader ? 45 : 20, 0);
      header.writeUInt16LE(encrypted ? 1 : 0, 2);
      header.writeUInt16LE(member.method ?? (deflate ? 8 : 0), 4);
      header.writeUInt32LE(member.checksum ?? crc32(bytes), 10);
      header.writeUInt32LE(inLocal && zip64InLocalHeader ? 0xffffffff : packed.length, 14);
      header.writeUInt32LE(inLocal && zip64InLocalHeader ? 0xffffffff : (member.size ?? bytes.length), 18);
      header.writeUInt16LE(Buffer.byteLength(name), 22);
      header.writeUInt16LE(inLocal && zip64InLocalHeader ? 20 : 0, 24);
      return header;
    };
    const extra = Buffer.alloc(zip64InLocalHeader ? 20 : 0);
    if (zip64InLocalHeader) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(16, 2);
      extra.writeBigUInt64LE(BigInt(bytes.length), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
    }
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), about(true), Buffer.from(name), extra, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), about(false), rest, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  return new Uint8Array(Buffer.concat([...parts, entries, end, Buffer.from(comment)]));
}
