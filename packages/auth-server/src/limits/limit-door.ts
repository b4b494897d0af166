import type { Door } from "../grant/door.ts";
import type { CountedRequest, LimitAuthentication } from "./limit-authentication.ts";

/** `door` within the limits that `limit` sets. */
export const limitDoor = <Request>(
  door: Door<Request>,
  limit: LimitAuthentication,
): Door<Request & CountedRequest> => ({
  ...door,
  authenticate: limit<Request & CountedRequest>(door.authenticate),
});
