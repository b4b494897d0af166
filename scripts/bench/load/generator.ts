import { answerParent } from "../stage/answer-parent.ts";
import { driveSockets } from "./drive-sockets.ts";

// The process that makes the load: one job after another.
answerParent(driveSockets);
