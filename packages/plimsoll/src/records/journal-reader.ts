import { PlimsollError } from "../base/errors.ts";
import { type DecodedLine, decodeLine } from "./line-codec.ts";
import { type HeaderRecord, JOURNAL_FORMAT, type NumberedRecord } from "./record.ts";
import { isKnownKind, isNumberedRecord } from "./record-shape.ts";

const LF = 0x0a;
/** A longer line is no record of ours; it is skipped without being kept. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** How whole a journal is. */
export interface JournalOutcome {
  /**
   * `clean`: every byte read; `torn`: the writer was stopped within its last records, all before them are here;
   * `hole`: something in the middle is damaged or missing, and what surrounds it was salvaged.
   */
  readonly state: "clean" | "torn" | "hole";
  /** Valid records, those of unknown kind included. */
  readonly recordCount: number;
  /** The number that a next record would bear. */
  readonly nextN: number;
  /** Bytes of all files that held valid records, and those that did not. */
  readonly recoveredBytes: number;
  readonly lostBytes: number;
  /** Record numbers known to be missing, as `[first, last]`, rising. What a torn tail held is unknown and not listed. */
  readonly missing: readonly (readonly [number, number])[];
  /** The file (counted from 0) and the byte of it up to which everything is valid; undefined when clean. */
  readonly damage?: { readonly file: number; readonly atBytes: number };
}

/**
 * Reads a journal chunk by chunk, in any chunking, holding no more than the line at hand.
 * Records come out in rising order of their numbers, those beyond a hole too.
 */
export class JournalReader {
  readonly #missing: [number, number][] = [];
  #carry: Uint8Array[] = [];
  #carryBytes = 0;
  #file = 0;
  #fileBytes = 0;
  #recoveredBytes = 0;
  #lostBytes = 0;
  #recordCount = 0;
  #nextN = 0;
  #lastCrc = "";
  #run: string | undefined;
  /** Within lines of another run, since its header went by. */
  #isForeign = false;
  #damage: { file: number; atBytes: number } | undefined;
  /** Greatest number of an intact line that was not accepted. */
  #refusedN = -1;
  #hasHole = false;

  /**
   * The records whose last byte is in this chunk. The chunk is not kept beyond its last line.
   * @throws JOURNAL_VERSION when the journal is of another major format
   */
  push(chunk: Uint8Array): readonly NumberedRecord[] {
    const records: NumberedRecord[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      this.#keep(chunk.subarray(from, at));
      const record = this.#endLine(1);
      if (record !== undefined) records.push(record);
      from = at + 1;
    }
    // A copy: whoever reads the file may use the chunk again.
    if (from < chunk.length) this.#keep(new Uint8Array(chunk.subarray(from)));
    return records;
  }

  /** Says that the file is over and that what comes next is the next file's. */
  endFile(): void {
    if (this.#carryBytes > 0) {
      this.#lose(this.#carryBytes);
      this.#dropCarry();
    }
    this.#file++;
    this.#fileBytes = 0;
    this.#isForeign = false;
  }

  /** How whole the journal is, as far as it was read; an unfinished last line counts as torn. */
  outcome(): JournalOutcome {
    const damage = this.#damage ?? (this.#carryBytes > 0 ? { file: this.#file, atBytes: this.#fileBytes } : undefined);
    const refused = this.#refusedN >= this.#nextN;
    return {
      state: this.#hasHole ? "hole" : damage === undefined ? "clean" : "torn",
      recordCount: this.#recordCount,
      nextN: this.#nextN,
      recoveredBytes: this.#recoveredBytes,
      lostBytes: this.#lostBytes + this.#carryBytes,
      missing: refused ? [...this.#missing, [this.#nextN, this.#refusedN]] : [...this.#missing],
      ...(damage === undefined ? {} : { damage }),
    };
  }

  #keep(bytes: Uint8Array): void {
    // Past the limit only the length counts: the line is lost already.
    if (this.#carryBytes <= MAX_LINE_BYTES) this.#carry.push(bytes);
    else this.#carry = [];
    this.#carryBytes += bytes.length;
  }

  #dropCarry(): void {
    this.#carry = [];
    this.#carryBytes = 0;
  }

  /** Judges the line in the carry; `endBytes` is the length of its LF. */
  #endLine(endBytes: number): NumberedRecord | undefined {
    const lineBytes = this.#carryBytes + endBytes;
    const line = lineBytes > MAX_LINE_BYTES ? undefined : decodeLine(this.#joinCarry());
    this.#dropCarry();
    if (line === undefined) {
      this.#lose(lineBytes);
      return undefined;
    }
    const record = isNumberedRecord(line.json) ? line.json : undefined;
    if (!this.#isNextInLine(line, record)) {
      this.#refuse(line, lineBytes);
      return undefined;
    }
    this.#accept(line, lineBytes);
    return record;
  }

  #joinCarry(): Uint8Array {
    const [first] = this.#carry;
    if (first !== undefined && this.#carry.length === 1) return first;
    const whole = new Uint8Array(this.#carryBytes);
    let at = 0;
    for (const part of this.#carry) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #isNextInLine(line: DecodedLine, record: NumberedRecord | undefined): boolean {
    if (line.k === "hdr") {
      if (this.#recordCount === 0) requireKnownFormat(line.json["fmt"]);
      this.#isForeign = record?.k !== "hdr" || !this.#isOurHeader(record);
    }
    if (this.#isForeign || line.n < this.#nextN) return false;
    if (line.n === 0 && line.k !== "hdr") return false;
    return record !== undefined || !isKnownKind(line.k);
  }

  /** The header that begins the journal, or one of a rotated file that follows what was read. */
  #isOurHeader(header: HeaderRecord & { readonly n: number }): boolean {
    const { n, run, previous } = header;
    if (n === 0) return previous === undefined && this.#recordCount === 0;
    if (this.#run !== undefined && run !== this.#run) return false;
    if (previous?.n !== n - 1) return false;
    return n !== this.#nextN || this.#recordCount === 0 || previous.crc === this.#lastCrc;
  }

  #accept(line: DecodedLine, lineBytes: number): void {
    // Valid data after damage, or after a number that never came, is what tells a hole from a torn tail.
    if (this.#damage !== undefined || line.n > this.#nextN) this.#hasHole = true;
    if (line.n > this.#nextN) {
      this.#missing.push([this.#nextN, line.n - 1]);
      this.#damage ??= { file: this.#file, atBytes: this.#fileBytes };
    }
    if (line.k === "hdr" && typeof line.json["run"] === "string") this.#run = line.json["run"];
    this.#nextN = line.n + 1;
    this.#lastCrc = line.crc;
    this.#recordCount++;
    this.#recoveredBytes += lineBytes;
    this.#fileBytes += lineBytes;
  }

  #refuse(line: DecodedLine, lineBytes: number): void {
    // An intact line is never the work of a crash, so it must not pass for a torn tail, which may be cut off.
    if (line.n >= this.#nextN) this.#hasHole = true;
    if (!this.#isForeign) this.#refusedN = Math.max(this.#refusedN, line.n);
    this.#lose(lineBytes);
  }

  #lose(bytes: number): void {
    this.#damage ??= { file: this.#file, atBytes: this.#fileBytes };
    this.#lostBytes += bytes;
    this.#fileBytes += bytes;
  }
}

function requireKnownFormat(fmt: unknown): void {
  if (fmt === JOURNAL_FORMAT || typeof fmt !== "string") return;
  const shown = JSON.stringify(fmt.slice(0, 40));
  throw new PlimsollError(
    "JOURNAL_VERSION",
    `the journal is of format ${shown}; this version reads "${JOURNAL_FORMAT}"`,
  );
}
