// What the test of the lines for Go runs beside them: polls, and prints what becomes of one token.
package main

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func main() {
	var set struct{ Keys []struct{ Kid, N, E string } }
	answer, _ := client.Get(os.Args[1] + "/jwks")
	json.NewDecoder(answer.Body).Decode(&set)
	number := func(text string) *big.Int {
		bytes, _ := base64.RawURLEncoding.DecodeString(text)
		return new(big.Int).SetBytes(bytes)
	}
	keys := func(token *jwt.Token) (any, error) {
		for _, key := range set.Keys {
			if key.Kid == token.Header["kid"] {
				return &rsa.PublicKey{N: number(key.N), E: int(number(key.E).Int64())}, nil
			}
		}
		return nil, errors.New("unknown kid")
	}
	say := func(refused bool) { fmt.Println(map[bool]string{true: "True", false: "False"}[refused]) }
	var feed *Feed
	say(feed.Refuses("d-1", "m1", "m2", "jti-1", "1.0"))
	polls, _ := strconv.Atoi(os.Args[2])
	for range polls {
		feed, _ = ReadFeed(os.Args[1]+"/cutoffs", keys, feed)
		say(feed.Refuses("d-1", "m1", "m2", "jti-1", "1.0"))
	}
	feed.readAt = feed.readAt.Add(-2 * time.Second)
	say(feed.Refuses("d-1", "m1", "m2", "jti-1", "2.0"))
}
