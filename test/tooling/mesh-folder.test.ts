import { existsSync } from "node:fs";
import t from "tap";
import { meshFolder } from "../walk/mesh-folder.ts";

t.test("a folder of processes is there until all is torn down, and then it is not", async (t) => {
  let folder = "";
  let wasThere = false;
  await t.test("a test with processes", async (t) => {
    folder = meshFolder(t);
    t.teardown(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      wasThere = existsSync(folder);
    });
  });
  t.ok(wasThere, "while it is torn down");
  t.notOk(existsSync(folder), "afterwards");
});
