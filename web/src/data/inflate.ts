import { fail } from '../error.js';

/** Unpacks bytes; more than `most` are refused as they come, so that a small file cannot fill the memory. */
export async function inflate(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
  most: number,
  field: string,
): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream(format));
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > most) {
        await reader.cancel();
        break;
      }
      parts.push(value);
    }
  } catch (error) {
    return fail('malformed', field, `${field}: the compressed data is damaged.`, error);
  }
  if (length > most) fail('too-large', field, `${field} is larger than it may be when it is unpacked, ${most} bytes.`);
  const unpacked = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    unpacked.set(part, offset);
    offset += part.length;
  }
  return unpacked;
}
