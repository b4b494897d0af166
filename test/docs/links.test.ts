import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import t from "tap";
import { pages, root } from "./pages.ts";
import { readAnchors, readLinks, readScripts } from "./read-markdown.ts";

/** What pnpm does by itself, without a script of ours. */
const pnpmCommands = ["install", "add", "pack", "exec"];

t.test("every relative link leads to a file, and to a heading where it names one", async (t) => {
  for (const [path, markdown] of pages) {
    for (const link of readLinks(markdown)) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : resolve(root, dirname(path), file);
      const found = existsSync(resolve(root, target));
      t.ok(found, `${path} links to ${link}`);
      if (found && anchor !== undefined) {
        t.ok(readAnchors(readFileSync(resolve(root, target), "utf8")).includes(anchor), `${path} links to ${link}`);
      }
    }
  }
});

t.test("every script that a page names exists", async (t) => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
  for (const [path, markdown] of pages) {
    for (const name of readScripts(markdown)) {
      t.ok(Object.hasOwn(scripts, name) || pnpmCommands.includes(name), `${path} says pnpm ${name}`);
    }
  }
});
