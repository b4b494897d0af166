export type { ActionApi, ActionEvent, DenyCode, OnExecuteCredentialsExchange } from "./action.ts";
export type {
  ActionLog,
  Actions,
  ActionsDenial,
  ActionsGrant,
  ActionsOutcome,
  ActionsStatus,
  ActionsWarning,
  ProtectedClaimWarning,
} from "./actions.ts";
export { ActionsError, type ActionsErrorCode } from "./actions-error.ts";
export type { ActionsOptions } from "./actions-options.ts";
export { createActions } from "./create-actions.ts";
