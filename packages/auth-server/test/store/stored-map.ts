/** A map of a version before this one, and what that version stored of it. */
export interface StoredMap {
  readonly text: string;
  readonly format: number;
  readonly resolved: Buffer;
}

/** Of the version whose maps had no services. */
export const storedWithoutServices: StoredMap = {
  text: `version: 1
interactions:
  m1: [m1, m2]
  m3: [{target: m1, scopes: [a, b], lifetime: 1h}]
deny: {m1: [m3]}
...
`,
  format: 1,
  resolved: Buffer.from(
    `/w9vIgVuYW1lc28iBWJ5dGVzXAEGbTFtMm0zIgZzdGFydHNcBRAAAAAAAgAAAAQAAAAGAAAAewIiC2NhbGxlckxpbmVzXAUMAwAA
     AAAAAAAEAAAAIgdhbGxvd2VkbyIGc3RhcnRzXAUQAAAAAAIAAAACAAAAAwAAACIHdGFyZ2V0c1wFDAAAAAABAAAAAAAAACIFbGlu
     ZXNcBQwDAAAAAwAAAAQAAAAiCmF0dHJpYnV0ZXNcBQwAAAAAAAAAAAEAAAAiBHZpYXNcBQwAAAAAAAAAAAAAAAB7BSIGZGVuaWVk
     byIGc3RhcnRzXAUQAAAAAAEAAAABAAAAAQAAACIHdGFyZ2V0c1wFBAIAAAAiBWxpbmVzXAUEBQAAACIKYXR0cmlidXRlc1wFBAAA
     AAAiBHZpYXNcBQQAAAAAewUiCWxpZmV0aW1lc1wFCAAAAAAQDgAAIghleHBpcmllc1wIEAAAAAAAAPB/AAAAAAAA8H8iBnNjb3Bl
     c1wFCAAAAAABAAAAIgdyZWFzb25zXAUIAAAAAAAAAAAiBXRleHRzbyIFYnl0ZXNcAQNhIGIiBnN0YXJ0c1wFDAAAAAAAAAAAAwAA
     AHsCewk=`,
    "base64",
  ),
};

/** Of the version whose edges knew nothing of chains. */
export const storedWithoutChains: StoredMap = {
  text: `version: 1
interactions:
  m1: [m1, {target: m2, proof: dpop}]
  m3: [{target: m1, scopes: [a, b], lifetime: 1h}]
deny: {m1: [m3]}
services: {m2: {audience: "urn:m2", grants: [client_credentials]}}
...
`,
  format: 2,
  resolved: Buffer.from(
    `/w9vIgVuYW1lc28iBWJ5dGVzXAEGbTFtMm0zIgZzdGFydHNcBRAAAAAAAgAAAAQAAAAGAAAAewIiC2NhbGxlckxpbmVzXAUMAwAA
     AAAAAAAEAAAAIgdhbGxvd2VkbyIGc3RhcnRzXAUQAAAAAAIAAAACAAAAAwAAACIHdGFyZ2V0c1wFDAAAAAABAAAAAAAAACIFbGlu
     ZXNcBQwDAAAAAwAAAAQAAAAiCmF0dHJpYnV0ZXNcBQwAAAAAAQAAAAIAAAAiBHZpYXNcBQwAAAAAAAAAAAAAAAB7BSIGZGVuaWVk
     byIGc3RhcnRzXAUQAAAAAAEAAAABAAAAAQAAACIHdGFyZ2V0c1wFBAIAAAAiBWxpbmVzXAUEBQAAACIKYXR0cmlidXRlc1wFBAAA
     AAAiBHZpYXNcBQQAAAAAewUiCWxpZmV0aW1lc1wFDAAAAAAAAAAAEA4AACIIZXhwaXJpZXNcCBgAAAAAAADwfwAAAAAAAPB/AAAA
     AAAA8H8iBnNjb3Blc1wFDAAAAAAAAAAAAQAAACIHcmVhc29uc1wFDAAAAAAAAAAAAAAAACIGcHJvb2ZzXAUMAAAAAAEAAAAAAAAA
     IghzZXJ2aWNlc28iCHNldHRpbmdzXAUMAAAAAAIAAAAAAAAAIg1kaXNhYmxlZExpbmVzXAUMAAAAAAAAAAAAAAAAIgZvd25lcnNc
     BQQBAAAAewMiCWF1ZGllbmNlc28iBWJ5dGVzXAEGdXJuOm0yIgZzdGFydHNcBQgAAAAABgAAAHsCIgV0ZXh0c28iBWJ5dGVzXAF4
     YSBieyJtZXRhZGF0YSI6e30sInRva2VuRm9ybWF0Ijoiand0IiwiZW5hYmxlZCI6dHJ1ZSwiZXJyb3JzIjoicmZjIiwiYXVkaWVu
     Y2UiOiJ1cm46bTIiLCJncmFudHMiOlsiY2xpZW50X2NyZWRlbnRpYWxzIl19IgZzdGFydHNcBRAAAAAAAAAAAAMAAAB4AAAAewJ7
     DA==`,
    "base64",
  ),
};
