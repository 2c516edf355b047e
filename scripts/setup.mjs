/**
 * Installs the dependencies where they are missing or out of date, and is done at once where they are not.
 * Runs before anything is installed: plain JavaScript that needs only Node and npm.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = `${root}node_modules/.incipit-setup`;
const lockFile = `${root}.setup-lock`;

/** @type {{ packageManager: string, engines: { node: string } }} */
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** Names the installation that this checkout needs on this machine. */
const wanted = createHash("sha256")
  .update(readFileSync(`${root}pnpm-lock.yaml`))
  .update(`${manifest.packageManager} ${process.platform} ${process.arch}`)
  .digest("hex");

const isInstalled = () => readText(stampFile) === wanted;

requireNode(manifest.engines.node.replace(">=", ""));
if (!isInstalled()) await oneAtATime(() => isInstalled() || install());

function install() {
  console.log(
    `setup: installing the dependencies with ${manifest.packageManager}; about a minute the first time`,
  );
  const started = Date.now();
  const { status, stdout, stderr, error } = spawnSync(
    "npx",
    ["--yes", manifest.packageManager, "install", "--frozen-lockfile", "--reporter=append-only"],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      shell: process.platform === "win32",
      env: { ...process.env, CI: "true" },
    },
  );
  if (status !== 0) {
    console.error([stdout, stderr, error?.message].filter(Boolean).join("\n"));
    console.error("setup: the installation failed (see above). It needs access to the npm registry.");
    process.exitCode = 1;
    return;
  }
  writeFileSync(stampFile, wanted);
  console.log(`setup: done in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Runs `action` in one process at a time; the others wait. The lock of a process that died is taken over.
 * @param {() => void} action
 */
async function oneAtATime(action) {
  let waiting = false;
  while (!takeLock()) {
    if (!waiting) console.log("setup: another process is installing the dependencies; waiting for it");
    waiting = true;
    await sleep(200);
  }
  try {
    action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** Makes the lock file, which only one process can; false where a living process has it. */
function takeLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const owner = Number(readText(lockFile));
  if (owner > 0 && !isRunning(owner)) rmSync(lockFile, { force: true });
  return false;
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * The file's text, or undefined where there is none.
 * @param {string} file
 */
function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Ends the process where Node is older than the project supports.
 * @param {string} minimum such as `20.19`
 */
function requireNode(minimum) {
  const [major = 0, minor = 0] = minimum.split(".").map(Number);
  const [ourMajor = 0, ourMinor = 0] = process.versions.node.split(".").map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  console.error(`setup: Incipit needs Node ${minimum} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
