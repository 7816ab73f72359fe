/** The command line: this file reads as the list of what Plimsoll does. Each command's file loads only when asked for. */
import { Argument, Command, CommanderError, Option } from "commander";
import { PlimsollError } from "../base/errors.ts";
import { EXIT } from "../base/exit-codes.ts";
import { type Console, createConsole, type OutputFlags } from "./console.ts";
import { catchFaults, lastResort } from "./last-resort.ts";
import { VERSION } from "./version.ts";

/** Runs one command and leaves its exit code in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  // A closed pipe (`plimsoll … | head`) ends the output, not the run.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  catchFaults();
  if (argv.includes("--json")) lastResort.oweAnswer();
  try {
    await createProgram().parseAsync(argv, { from: "user" });
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

function reportFailure(error: unknown): number {
  if (!(error instanceof CommanderError)) return lastResort.tell(error);
  if (error.exitCode === 0) return EXIT.pass;
  lastResort.answerWith(usageError(error));
  return EXIT.usage;
}

/** What commander has told on standard error. */
function usageError({ code, message }: CommanderError): PlimsollError {
  if (code === "commander.help") return new PlimsollError("USAGE", "no command is given");
  return new PlimsollError("USAGE", message.replace(/^error: /, "").replaceAll("\n", " "));
}

/** What a command prints on standard output is its answer: with `--json` there is no other then. */
function consoleOf(flags: OutputFlags): Console {
  const console = createConsole(flags);
  return {
    ...console,
    out: (text) => {
      lastResort.settleAnswer();
      console.out(text);
    },
  };
}

/** The whole command tree; the docs are checked against it. */
export function createProgram(): Command {
  const program = new Command("plimsoll")
    .description("The load line for model APIs: how much an endpoint carries within its promise, proven.")
    .version(VERSION, "-V, --version", "print the version")
    .helpCommand("help [command]", "show the options of a command")
    .exitOverride()
    .showHelpAfterError("(plimsoll help lists the commands; plimsoll COMMAND --help its options)")
    .configureHelp({ showGlobalOptions: false });
  addRun(program);
  addFind(program);
  addCheck(program);
  addCompare(program);
  addBaseline(program);
  addReport(program);
  addInit(program);
  addServe(program);
  addUi(program);
  addSimulate(program);
  addDoctor(program);
  addDemo(program);
  program.addHelpText("after", EXIT_CODES_HELP);
  return program;
}

const EXIT_CODES_HELP = `
Exit codes:
  0 pass · 1 a threshold failed · 2 bad usage or spec · 3 inconclusive · 4 the target never became ready
  5 refused by the target guard · 70 internal error · 130/143 interrupted (results kept)`;

function addRun(program: Command): void {
  const command = program
    .command("run")
    .description("run the profiles of a spec, judge them, and write every result file")
    .argument("[spec]", "spec file (.yaml, .json, .ts); without it and without --url: plimsoll.yaml")
    .option("--profile <name>", "only this profile; may be given several times", collect)
    .option("--target <url>", "another target than the spec's")
    .option("--url <url>", "run without a spec: the URL to ask")
    .option("--method <method>", "with --url: the HTTP method (default: GET, or POST with --body)")
    .option("--header <header>", "with --url: 'Name: value'; may be given several times", collect)
    .option("--body <text|@file>", "with --url: the request body")
    .option("--users <n>", "with --url, or for the one --profile: closed loop with this many users")
    .option("--spawn-rate <rate>", "with --users: users added a second (default: all at once)")
    .option("--rate <rate>", "with --url, or for the one --profile: arrivals a second, such as 50/s")
    .option("--arrivals <kind>", "with --url, or for the one --profile: poisson or constant (default: poisson)")
    .option("--duration <time>", "with --url, or for the one --profile: how long, such as 30s")
    .option(
      "--think <time>",
      "with --url, or for the one --profile: a user's pause before the next request (default: none)",
    )
    .option("--threshold <expr>", "judge this too, such as 'p95<500ms'; may be given several times", collect)
    .option("--timeout <time>", "give a request up after this long (default: 60s)")
    .option("--drain <time>", "how long requests in flight at a phase's end may still take (default: 30s)")
    .option("--out <dir>", "folder for the results", "results")
    .option("--raw <file>", "write every request into this CSV file too, a row each")
    .option("--raw-sample <share>", "with --raw: only this share of the requests, such as 1/10 (default: all)")
    .option("--threads <n>", "load threads (default: one a core, but one)")
    .addOption(
      new Option(
        "--transport <client>",
        "our own HTTP/1.1 client, HTTP/2, or undici, which goes through HTTP_PROXY and HTTPS_PROXY",
      )
        .choices(["http1", "http2", "undici"])
        .default("http1"),
    )
    .addOption(
      new Option("--http2", "short for --transport http2: HTTP/2, sessions shared by all users").conflicts("transport"),
    )
    .option("--otlp <url>", "push metrics to an OpenTelemetry collector each second (OTLP over HTTP)")
    .addOption(new Option("--otlp-format <format>", "with --otlp (default: protobuf)").choices(["protobuf", "json"]))
    .option("--replay <path>", "run again what a run folder or journal tells, changes by hand included")
    .option("--ui", "show the run on the live page, in a terminal until Ctrl-C")
    .option("--i-am-authorised", "load a public host although the spec does not list it")
    .option("--seed <n>", "seed of all random choices (default: random, printed)");
  withOutput(command).action(async (spec: string | undefined, flags) => {
    const { runCommand } = await import("./run.ts");
    process.exitCode = await runCommand(spec, flags, consoleOf(flags));
  });
}

function addFind(program: Command): void {
  const command = program
    .command("find")
    .description("find the load line: how much the target holds within its promise, with an interval")
    .argument("[spec]", "spec file (.yaml, .json, .ts); without it and without --url: plimsoll.yaml")
    .option(
      "--slo <expr>",
      "the promise, such as 'p95<500ms' or 'errors<1%'; may be given several times (default: the spec's thresholds)",
      collect,
    )
    .addOption(
      new Option("--by <load>", "arrivals a second, or users (default: users when the spec has them)").choices([
        "rate",
        "users",
      ]),
    )
    .option("--budget <time>", "time for the search itself (default: 10m)")
    .option("--target-rate <rate>", "only answer whether this rate is held, such as 50/s")
    .option("--target-users <n>", "only answer whether so many users are held")
    .option("--max-rate <rate>", "never offer more than this")
    .option("--max-users <n>", "never have more users than this")
    .option("--start <load>", "first load of the search (default: from two short probes)")
    .option("--levels <list>", "users of the table that follows, such as 100,500,1000, or none (default: up to 2x)")
    .option("--no-overload", "do not look at what lies beyond the capacity")
    .option("--resume", "go on with the interrupted search in the folder")
    .option("--target <url>", "another target than the spec's")
    .option("--url <url>", "search without a spec: the URL to ask")
    .option("--method <method>", "with --url: the HTTP method (default: GET, or POST with --body)")
    .option("--header <header>", "with --url: 'Name: value'; may be given several times", collect)
    .option("--body <text|@file>", "with --url: the request body")
    .option("--think <time>", "with --url: pause of a user between an answer and the next request (default: none)")
    .option("--timeout <time>", "give a request up after this long (default: 60s)")
    .option("--drain <time>", "how long requests in flight at a step's end may still take (default: 60s)")
    .option("--out <dir>", "folder for the results", "results")
    .option("--threads <n>", "load threads (default: one a core, but one)")
    .option("--otlp <url>", "push metrics to an OpenTelemetry collector each second (OTLP over HTTP)")
    .addOption(new Option("--otlp-format <format>", "with --otlp (default: protobuf)").choices(["protobuf", "json"]))
    .option("--i-am-authorised", "load a public host although the spec does not list it")
    .option("--seed <n>", "seed of all random choices (default: random, printed)");
  withOutput(command).action(async (spec: string | undefined, flags) => {
    const { findCommand } = await import("./find.ts");
    process.exitCode = await findCommand(spec, flags, consoleOf(flags));
  });
}

function addCheck(program: Command): void {
  const command = program
    .command("check")
    .description("gate any result: a run folder, a journal, Locust CSV or JSON, a k6 summary, other tools' JSON")
    .argument("<path...>", "result files or folders")
    .option("--threshold <expr>", "judge this too, such as 'p95<500ms'; may be given several times", collect);
  withOutput(command).action(async (paths: string[], flags) => {
    const { checkCommand } = await import("./check.ts");
    process.exitCode = await checkCommand(paths, flags, consoleOf(flags));
  });
}

function addCompare(program: Command): void {
  const command = program
    .command("compare")
    .description("is NEW worse than BASE? results (run folder, journal, baseline, other tools'), or two URLs in turns")
    .argument("<base>", "what it is held against: a result, or the URL of a target that runs")
    .argument("<new>", "what is judged: likewise")
    .option(
      "--max-regression <percent>",
      "fails from half of it on where it is surely worse, passes when surely less worse",
      "10%",
    )
    .option("--profile <name>", "compare only this profile; of two URLs: send its load")
    .option("--dir <dir>", "folder of the saved baselines", ".plimsoll")
    .option(
      "--out <dir>",
      "write comparison.json, .md and .html into this folder (two URLs: the runs too; default: results)",
    )
    .option("--spec <file>", "two URLs: send what this spec says (default: ask the URLs themselves)")
    .option("--method <method>", "two URLs: the HTTP method (default: GET, or POST with --body)")
    .option("--header <header>", "two URLs: 'Name: value'; may be given several times", collect)
    .option("--body <text|@file>", "two URLs: the request body")
    .option("--rate <rate>", "two URLs: arrivals a second, such as 50/s (default: 65 % of what BASE holds)")
    .option("--slo <expr>", "two URLs, without --rate: the promise whose capacity is looked for", collect)
    .option("--duration <time>", "two URLs: length of each run (default: 1m)")
    .option("--max-pairs <n>", "two URLs: most pairs of runs (default: 6)")
    .option("--budget <time>", "two URLs: time for all pairs (default: 20m)")
    .option("--timeout <time>", "two URLs: give a request up after this long (default: 60s)")
    .option("--threads <n>", "two URLs: load threads for each (default: one a core, but one)")
    .option("--i-am-authorised", "two URLs: load a public host although the spec does not list it")
    .option("--seed <n>", "two URLs: seed of all random choices (default: random, printed)");
  withOutput(command).action(async (base: string, next: string, flags) => {
    const { isLiveTarget, refuseLive } = await import("./compare-live/asked-comparison.ts");
    if (isLiveTarget(base) && isLiveTarget(next)) {
      const { compareLiveCommand } = await import("./compare-live.ts");
      process.exitCode = await compareLiveCommand([base, next], flags, consoleOf(flags));
      return;
    }
    refuseLive([base, next], flags);
    const { compareCommand } = await import("./compare.ts");
    process.exitCode = await compareCommand(base, next, flags, consoleOf(flags));
  });
}

function addBaseline(program: Command): void {
  const command = program
    .command("baseline")
    .description("keep runs to compare with later: save a run under a name, or list what is kept")
    .addArgument(new Argument("<action>", "what to do").choices(["save", "list"]))
    .argument("[name]", "save: the baseline's name, such as main; several runs may be kept under one")
    .argument("[run]", "save: a run folder or journal (default: results)")
    .option("--dir <dir>", "folder of the saved baselines", ".plimsoll");
  withOutput(command).action(
    async (action: "save" | "list", name: string | undefined, run: string | undefined, flags) => {
      const { baselineCommand } = await import("./baseline.ts");
      process.exitCode = await baselineCommand(action, [name, run], flags, consoleOf(flags));
    },
  );
}

function addReport(program: Command): void {
  const command = program
    .command("report")
    .description("render a run again from its journal")
    .argument("<path...>", "run folders or journals (run.plj)")
    .addOption(
      new Option("--format <format>", "print one format instead of the summary").choices([
        "html",
        "csv",
        "json",
        "md",
        "junit",
        "prometheus",
      ]),
    )
    .option("--profile <name>", "with --format csv: the profile to print")
    .option("--out <dir>", "write every result file into this folder");
  withOutput(command).action(async (paths: string[], flags) => {
    const { reportCommand } = await import("./report.ts");
    process.exitCode = await reportCommand(paths, flags, consoleOf(flags));
  });
}

function addInit(program: Command): void {
  const command = program
    .command("init")
    .description("write a spec that runs")
    .option("--curl <command>", "from a curl command, as a browser copies it")
    .option("--openapi <url|file>", "from an OpenAPI document: a task for each operation")
    .option("--har <file>", "from a HAR recording of a browser")
    .option("--out <file>", "the spec to write", "plimsoll.yaml")
    .option("--force", "overwrite what is there");
  withOutput(command).action(async (flags) => {
    const { initCommand } = await import("./init.ts");
    process.exitCode = await initCommand(flags, consoleOf(flags));
  });
}

function addServe(program: Command): void {
  const command = program
    .command("serve")
    .description("serve the reference embedding model (needs @plimsoll/endpoint)")
    .option("--port <port>", "port, 0 for any free one", "8000")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--workers <n>", "inference threads", "1")
    .option("--max-batch <n>", "texts inferred together at most", "32")
    .option("--batch-wait <time>", "wait this long for a batch to fill", "0")
    .option("--max-queue <n>", "waiting requests beyond which 503 is answered", "256")
    .option(
      "--extra-per-text <time>",
      "hold a worker this much longer for each text: a slower build, for demonstrations",
    );
  withOutput(command).action(async (flags) => {
    const { serveCommand } = await import("./serve.ts");
    process.exitCode = await serveCommand(flags, consoleOf(flags));
  });
}

function addUi(program: Command): void {
  const command = program
    .command("ui")
    .description("the live page: list, start, watch, steer and stop runs")
    .option("--dir <dir>", "folder of the runs", "results")
    .option("--port <port>", "port, 0 for any free one", "8089")
    .option("--specs <dir>", "folder of the specs that can be started (default: the one that holds --dir)")
    .option("--host <name>", "another name than loopback; needs --token, --tls-cert and --tls-key")
    .option("--token <token|@file>", "your own token instead of a new one, at least 32 characters")
    .option("--tls-cert <file>", "certificate as PEM")
    .option("--tls-key <file>", "its key as PEM");
  withOutput(command).action(async (flags) => {
    const { uiCommand } = await import("./ui.ts");
    process.exitCode = await uiCommand(flags, consoleOf(flags));
  });
}

function addSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .description("serve a known truth: latency, capacity and faults as you say, counted as they happened")
    .option("--port <port>", "port, 0 for any free one", "8090")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--allow-remote", "listen on an address that others can reach")
    .option("--config <file>", "YAML or JSON with these options as keys, and others for single paths under paths")
    .option("--service <law>", "time of service: 20ms, exponential 100ms or lognormal 100ms cv 1.5 (default: 0)")
    .option("--servers <n>", "requests served at a time, first come, first served (default: all)")
    .option("--queue <n>", "waiting places; who finds none is turned away (default: no limit)")
    .option("--overflow <how>", "turned away how: 503 (with Retry-After) or drop (connection reset) (default: 503)")
    .option("--retry-after <time>", "what Retry-After says (default: 1s)")
    .option("--batch <n>", "requests served together at most")
    .option("--batch-time <law>", "with --batch: time of a batch and of each request in it, such as 50ms+5ms")
    .option("--stall <law>", "hold all answers back now and then, such as '2s every 10s'")
    .option("--leak <rate>", "service grows since the first request, such as 20%/min")
    .option("--errors <mix>", "statuses and faults instead of good answers, such as '503 1%, reset 0.5%'")
    .option("--ready-after <time>", "/health answers 503 for so long (default: 0)")
    .option("--response-size <size>", "octets of a good answer's body, such as 4900B (default: 64B)")
    .option("--ttft <law>", "chat completions: time to the first token (default: 200ms)")
    .option("--gap <law>", "chat completions: time between tokens (default: 20ms)")
    .option("--tokens <n>", "chat completions: tokens of an answer (default: 64)")
    .option("--seed <n>", "seed of all random choices (default: random, printed)");
  withOutput(command).action(async (flags) => {
    const { simulateCommand } = await import("./simulate.ts");
    process.exitCode = await simulateCommand(flags, consoleOf(flags));
  });
}

function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("what this machine can generate, and how truly: ceiling, timers, limits, clock");
  withOutput(command).action(async (flags) => {
    const { doctorCommand } = await import("./doctor.ts");
    process.exitCode = await doctorCommand(consoleOf(flags));
  });
}

function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .description("endpoint, three profiles, gate and report in about a minute (needs @plimsoll/endpoint)")
    .option("--break", "ship a slower build of the endpoint, and see it stopped")
    .option("--out <dir>", "folder for the results", "results")
    .option("--seed <n>", "seed of all random choices (default: random, printed)");
  withOutput(command).action(async (flags) => {
    const { demoCommand } = await import("./demo.ts");
    process.exitCode = await demoCommand(flags, consoleOf(flags));
  });
}

function withOutput(command: Command): Command {
  return command
    .option("--json", "one JSON document on standard output, all else on standard error")
    .option("--quiet", "print nothing but the answer asked for")
    .option("--no-color", "no colours (also: NO_COLOR in the environment)");
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
