import t from "tap";
import { findExposure } from "../../src/folder/find-exposure.ts";

const own = 1_000;

t.test("what this user or root owns, and nobody else may write, is not exposed", async (t) => {
  for (const uid of [own, 0]) {
    for (const mode of [0o100644, 0o100600, 0o40755, 0o40555])
      t.equal(findExposure("a.ts", { uid, mode }, own), undefined);
  }
});

t.test("what a group or everybody may write is exposed, and the remedy is said", async (t) => {
  for (const mode of [0o100664, 0o100646, 0o40777]) {
    t.equal(findExposure("a.ts", { uid: own, mode }, own), "others may write a.ts: chmod go-w it");
  }
});

t.test("a folder for everybody is not to be changed, but left", async (t) => {
  const line = "others may write /tmp: put the actions into a folder of your own";
  t.equal(findExposure("/tmp", { uid: 0, mode: 0o41777 }, own), line);
});

t.test("what another user owns is exposed, to root too", async (t) => {
  const line = "a.ts is owned by another user (7): chown it to root or to yourself";
  t.equal(findExposure("a.ts", { uid: 7, mode: 0o100644 }, own), line);
  t.equal(findExposure("a.ts", { uid: 7, mode: 0o100644 }, 0), line);
});

t.test("where there are no such numbers nothing is found", async (t) => {
  t.equal(findExposure("a.ts", { uid: 7, mode: 0o100666 }, undefined), undefined);
});
