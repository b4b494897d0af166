# What the test of the lines for Python runs after them: polls, and prints what becomes of one token.
import sys
url, polls = sys.argv[1], int(sys.argv[2])
cutoffs = Cutoffs(url + "/cutoffs", jwt.PyJWKClient(url + "/jwks"))
claims = {"sub": "m1", "aud": "m2", "jti": "jti-1", "gen": "1.0"}
print(cutoffs.refuses("d-1", claims))
for _ in range(polls):
    try:
        cutoffs.poll()
    except Exception:
        pass
    print(cutoffs.refuses("d-1", claims))
cutoffs.read_at -= 2
print(cutoffs.refuses("d-1", dict(claims, gen="2.0")))
