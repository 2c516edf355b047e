/** Colours that the chart is drawn in; those of lines stand out from white and from black. */
export const colors = {
  ink: "#45484f",
  grid: "#dcdfe4",
  series: ["#3b7dd8", "#d9822b", "#2a9d6f", "#b3589a", "#8c7a3f"],
} as const;

const dark = { ground: "#16181d", ink: "#c9ccd3", grid: "#33363d" };

/** Rules beat presentation attributes, so a dark ground needs no second drawing. */
const style = `<style>
svg { background: #ffffff; }
@media (prefers-color-scheme: dark) {
  svg { background: ${dark.ground}; }
  [fill="${colors.ink}"] { fill: ${dark.ink}; }
  [stroke="${colors.ink}"] { stroke: ${dark.ink}; }
  [stroke="${colors.grid}"] { stroke: ${dark.grid}; }
}
</style>`;

/**
 * ECharts' SVG text for light and dark ground, and without what serves a mouse in a live page: its names are numbered through
 * the life of the process, so they would differ from picture to picture.
 */
export function forBothThemes(svg: string): string {
  return svg
    .replace(/<style[^]*?<\/style>/g, "")
    .replace(/ (?:class|pointer-events)="[^"]*"/g, "")
    .replace(/\bzr\d+-/g, "")
    .replace(/^(<svg[^>]*>)/, `$1\n${style}`);
}
