// Copies Yasgui, as its makers built it, to where the service finds it, with the licences of all that is in it.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";

const modules = new URL("node_modules/", import.meta.url);
const built = new URL("@zazuko/yasgui/build/", modules);
const target = new URL("rubricator_service/static/yasgui/", import.meta.url);

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await copyFile(new URL("yasgui.min.css", built), new URL("yasgui.min.css", target));
const script = await readFile(new URL("yasgui.min.js", built), "utf8");
// The source map stays behind: it is three times as large, and browsers would ask for it.
await writeFile(new URL("yasgui.min.js", target), script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));

const lock = JSON.parse(await readFile(new URL("package-lock.json", import.meta.url), "utf8"));
const licences = [];
for (const [path, { version, license, dev }] of Object.entries(lock.packages)) {
  if (!path || dev || path.includes("/@types/")) continue;
  const folder = new URL(`${path}/`, import.meta.url);
  const files = await readdir(folder).catch(() => []); // a package for another platform is not there
  if (!files.length) continue;
  const name = files.find((file) => /^licen[cs]e/i.test(file));
  const text = name ? await readFile(new URL(name, folder), "utf8") : "";
  licences.push(`${path.replace(/^.*node_modules\//, "")} ${version} (${license ?? "see below"})\n\n${text.trim()}\n`);
}
await writeFile(new URL("licences.txt", target), licences.join(`\n${"-".repeat(72)}\n\n`));
