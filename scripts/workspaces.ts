import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { getPackagesSync } from "@manypkg/get-packages";

/** The parts of a package.json that our scripts and tests read. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports?: Record<string, unknown>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** A package, program or test folder of this repository. */
export interface Workspace {
  /** Absolute path. */
  directory: string;
  /** Path from the repository's root, such as `packages/core`. */
  folder: string;
  manifest: Manifest;
}

/** The repository's root, without a slash at its end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** All workspaces, in the order of their names. */
export const workspaces: Workspace[] = getPackagesSync(root).packages.map(({ dir, packageJson }) => ({
  directory: dir,
  folder: relative(root, dir).replaceAll("\\", "/"),
  manifest: packageJson,
}));

/** The workspaces that are published. */
export const publicWorkspaces = workspaces.filter(({ manifest }) => manifest.private !== true);
