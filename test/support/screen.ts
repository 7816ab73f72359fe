/** Letters that take two columns: CJK, Hangul, full-width forms. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/;

/** What a terminal would show: just as much of one as a program that redraws in place needs. */
export class Screen {
  readonly #columns: number;
  readonly #rows: number;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  isCursorShown = true;
  /** Lines that ran over the right edge: a terminal would have wrapped them. */
  wrappedCount = 0;
  /** How often the cursor went up, to draw over what was there. */
  redrawCount = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** All lines so far, those scrolled away too, without blanks at their ends. */
  get lines(): readonly string[] {
    return this.#lines.map((cells) => cells.join("").trimEnd());
  }

  /** @throws on a control sequence that a plain redraw has no need of. */
  write(text: string): void {
    for (const [token] of text.matchAll(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b.|[^\x1b]/gsu)) this.#take(token);
  }

  #take(token: string): void {
    const sequence = /^\x1b\[([0-?]*)([@-~])$/.exec(token);
    if (sequence !== null) this.#control(sequence[1] ?? "", sequence[2] ?? "");
    else if (token === "\r") this.#column = 0;
    else if (token === "\n") this.#lineFeed();
    else if (/[\x00-\x1f\x7f-\x9f]/.test(token)) throw new Error(`unexpected ${JSON.stringify(token)}`);
    else this.#print(token);
  }

  #control(parameters: string, final: string): void {
    if (final === "m") return;
    if (parameters === "?25" && final === "l") this.isCursorShown = false;
    else if (parameters === "?25" && final === "h") this.isCursorShown = true;
    else if (final === "A") this.#up(Number(parameters || 1));
    else if (final === "J" && (parameters === "" || parameters === "0")) this.#clearDown();
    else throw new Error(`unexpected CSI ${parameters}${final}`);
  }

  #up(count: number): void {
    this.redrawCount++;
    // What has scrolled away can no longer be reached.
    const top = Math.max(0, this.#lines.length - this.#rows);
    if (this.#row - count < top) throw new Error(`went up ${count} lines, beyond the top of the screen`);
    this.#row -= count;
  }

  #clearDown(): void {
    this.#lines.length = this.#row + 1;
    this.#lines[this.#row]!.length = Math.min(this.#lines[this.#row]!.length, this.#column);
  }

  #lineFeed(): void {
    this.#row++;
    this.#lines[this.#row] ??= [];
  }

  #print(character: string): void {
    const width = WIDE.test(character) ? 2 : 1;
    if (this.#column + width > this.#columns) {
      this.wrappedCount++;
      this.#column = 0;
      this.#lineFeed();
    }
    const line = this.#lines[this.#row]!;
    while (line.length < this.#column) line.push(" ");
    line[this.#column] = character;
    // The second half of a wide letter holds nothing.
    if (width === 2) line[this.#column + 1] = "";
    this.#column += width;
  }
}
