import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A hub on this machine, for as long as a test runs. */
export interface LocalHub {
  /** What transformers.js calls `env.remoteHost`. */
  readonly host: string;
  /** The files asked for so far, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves folders as models of a hub, the same at every revision. @param models the folder of each model id */
export async function localHub(models: Readonly<Record<string, URL>>): Promise<LocalHub> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const [, id = "", file = ""] = /^\/(.+)\/resolve\/[^/]+\/(.+)$/.exec(request.url ?? "") ?? [];
    requests.push(file);
    const folder = models[id];
    const found = folder === undefined ? Promise.reject(new Error(id)) : readFile(new URL(file, folder));
    found.then(
      (bytes) => {
        // transformers.js learns a file's size by asking for its first byte.
        const part = request.headers.range === undefined ? bytes : bytes.subarray(0, 1);
        response.setHeader("content-length", part.length);
        if (part !== bytes) response.setHeader("content-range", `bytes 0-0/${bytes.length}`);
        response.writeHead(part === bytes ? 200 : 206).end(part);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    close: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  };
}
