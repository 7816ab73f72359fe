/** A fault server with a transport to it, both gone at the end of the test. */
import type { Transport, TransportOptions } from "../../packages/plimsoll/src/transport/transport.ts";
import { type Answer, type FaultServer, type FaultServerOptions, startFaultServer } from "./fault-server.ts";
import { optionsFor } from "./sending.ts";

export interface Stage extends AsyncDisposable {
  readonly server: FaultServer;
  readonly transport: Transport;
}

export interface StageOptions {
  readonly create: (options: TransportOptions) => Transport;
  /** A fault server when not given. */
  readonly start?: typeof startFaultServer;
  readonly change: Partial<TransportOptions>;
  readonly serverOptions: FaultServerOptions;
}

export async function openStage(
  { create, start = startFaultServer, change, serverOptions }: StageOptions,
  answer: Answer,
): Promise<Stage> {
  const server = await start(answer, serverOptions);
  const transport = create(optionsFor(server.port, change));
  return {
    server,
    transport,
    async [Symbol.asyncDispose]() {
      await transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
