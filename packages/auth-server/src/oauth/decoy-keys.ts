import { typeOf } from "../credentials/algorithms.ts";
import type { ClientJwk } from "../credentials/kept-credential.ts";

/** Keys of nobody, one of each type. What is checked with them is refused whatever comes of it. */
const decoys: Readonly<Record<ClientJwk["kty"], ClientJwk>> = {
  RSA: {
    kty: "RSA",
    kid: "decoy",
    n: "tEgpxC74PedGQQoa-hZwMH-CrLwM9QA9_6XhTh1b_ulWR8wsx6xjQdkzBCd_oUs4BjuEKkB6yos7nz9dWSZrKAPuauU9Wu78ab4FnhiPESF4Fn_xFDlpHI_MT7DW6gAfz4JPk8q3BMHZaKfihrRMlQw-UE1WD2hnMO_MMGCjDFbrTcbZfmcIn4UYdY5uxnRyDDOff20nbM0_pv-MXYL5E-7OgTQm2-egKTwtPk3pApS0MmHO8kM_34r9mw3GAo5u0KC3el9VmZMUWQA8tjOM4du_QaJIdKxaennQ91bxZJq-9C_IRV9JWNwB2DL0XmS0EVrcq852Ca6yCrS7B396sw",
    e: "AQAB",
  },
  EC: {
    kty: "EC",
    kid: "decoy",
    crv: "P-256",
    x: "ISS2y_aUcj0gtM05bD-xm804B_NrYN9f277V4dKFQAE",
    y: "FqyQgUn6nPrQ0VJCvzT5got_a2wlDrkbArGZMhbaTyA",
  },
  OKP: { kty: "OKP", kid: "decoy", crv: "Ed25519", x: "vMbMdbmCoxVac-n2FeFKdbH1mVNbWLUSVWwHL_2t3Kg" },
};

/** One that may be used for `alg`, which must be known here. */
export const decoyFor = (alg: string): ClientJwk => decoys[typeOf(alg)];
