/** For the help of every command that cuts. */
export const cutExitCodes = "Exit code 0 in force everywhere, 1 not everywhere within the wait, 2 no answer.";
