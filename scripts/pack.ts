import { join } from "node:path";
import { run } from "./run.js";
import { publicWorkspaces, root, type Workspace } from "./workspaces.js";

/** A published workspace and the file that would be published. */
export interface Packed extends Workspace {
  /** Absolute path of the .tgz. */
  tarball: string;
}

/** Builds all published workspaces and packs them into `folder`. */
export function packAll(folder: string): Packed[] {
  const names = publicWorkspaces.map(({ manifest }) => `--filter=${manifest.name}`);
  run("turbo", ["run", "build", "--output-logs=errors-only", ...names], { cwd: root });
  run("pnpm", [...names, "pack", "--pack-destination", folder], { cwd: root });
  return publicWorkspaces.map((workspace) => ({
    ...workspace,
    tarball: join(folder, tarballName(workspace)),
  }));
}

/** The file name that npm and pnpm give a package's tarball: `@scope/name` becomes `scope-name-version.tgz`. */
function tarballName({ manifest: { name, version } }: Workspace): string {
  return `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
}
