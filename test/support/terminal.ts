import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

/** For `testNeeding`: is there a way to get a pseudo-terminal, and what to install where there is none. */
export const HAS_PTY = spawnSync("python3", ["-c", "import pty"]).status === 0;
export const PTY_NEED = "Python 3 (Debian: apt-get install python3), whose pty module gives the test a terminal";

/** Starts argv in a terminal of a given size, copies what it shows to standard output, and tells its exit code. */
const HOST = `
import fcntl, os, pty, signal, struct, sys, termios
columns, rows, *argv = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    os.execvp(argv[0], argv)
signal.signal(signal.SIGINT, lambda *_: os.write(fd, b"\\x03"))
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
`;

export interface TerminalRun {
  readonly code: number | null;
  /** All that the terminal was sent, escape sequences and all. */
  readonly shown: string;
}

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Presses Ctrl-C once this has been shown. */
  readonly interruptAt?: RegExp;
  /** Done before that, with all that was shown. */
  readonly beforeInterrupt?: (shown: string) => Promise<void>;
}

/** Runs the built command line in a pseudo-terminal. */
export function runInTerminal(args: readonly string[], options: TerminalOptions): Promise<TerminalRun> {
  const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _force, GITHUB_ACTIONS: _actions, ...env } = process.env;
  const size = [String(options.columns), String(options.rows)];
  const child = spawn("python3", ["-c", HOST, ...size, process.execPath, BIN, ...args], {
    cwd: options.cwd,
    env: { ...env, TERM: "xterm-256color", ...options.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let shown = "";
  let isInterrupted = false;
  let done: Promise<void> = Promise.resolve();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    if (isInterrupted || options.interruptAt?.test(shown) !== true) return;
    isInterrupted = true;
    done = (options.beforeInterrupt?.(shown) ?? Promise.resolve()).finally(() => child.kill("SIGINT"));
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => done.then(() => resolve({ code, shown }), reject));
  });
}
