/** A map with every form that the grammar has, in some 2 kB. */
export const fullMap = `---
# Every form that the grammar has.
"version": 1

interactions:
  m1: [m1, 'm2', "m3"]        # quoted names are names
  m2: []
  m3:
    - target: m1
      scopes: [read, orders:write]
      lifetime: 2m
      expires: 2027-06-30
      reason: OPS-77, until the "new" import runs
    - m2
    -
      target: group:batch
      lifetime: 24h
  m4:
  - {target: m1, expires: 2027-06-30T12:00:00+02:00, reason: 'it''s for a test: really'}
  - group:web
  group:web: [
    m5,
    {target: m6, scopes: [], proof: dpop, on_behalf_of: [m2, group:web], max_chain: 3},   # a comment inside of brackets
  ]
  1: [0x1f, "1", true, job-3]
  constructor:
    - tostring
groups:
  web: [m1, m2]
  batch:
    - job-1
    - job-2
deny:
  m1: [m3]
  group:batch: [group:web]
services:
  m1:
    audience: https://m1.example/api?v=1&x=%20
    scopes: [read, orders:write, admin]
    metadata: {team: maps, "plan": 'gold: 1', __proto__: none}
    grants: [client_credentials]
    token_format: opaque
    enabled: true
    errors: auth0
    quota: {per_hour: 100, per_day: 1000, enforce: false}
  "constructor": {quota: {per_day: 1}}
  m4: {}
  job-3:
    enabled: false
    grants: []
tests:
  - caller: m1
    allow: [m1, m2, m5, m6]
    deny: [m3]
  - {caller: "1", allow: [1, true], deny: []}
  - caller: constructor
    allow: [tostring]
  - caller: job-1
    deny: [m1, m2]
  - {caller: "1", deny: [job-3]}
  - {caller: m2, on_behalf_of: m1, allow: [m6]}
  - caller: m1
    on_behalf_of: [m4, m2]
    deny: [m6]
...
`;
