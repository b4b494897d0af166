/** The text of a map of the version whose maps had no services, and what that version stored of it as format 1. */
export const storedMap = {
  text: `version: 1
interactions:
  m1: [m1, m2]
  m3: [{target: m1, scopes: [a, b], lifetime: 1h}]
deny: {m1: [m3]}
...
`,
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
