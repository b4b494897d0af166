// What the test of the short lines for Go runs beside them: polls, and prints what becomes of one token.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	say := func(refused bool) { fmt.Println(map[bool]string{true: "True", false: "False"}[refused]) }
	var feed Feed
	say(feed.Refuses("d-1", "m1", "m2", "jti-1", "1.0"))
	polls, _ := strconv.Atoi(os.Args[2])
	for range polls {
		feed, _ = Poll(os.Args[1]+"/cutoffs", feed)
		say(feed.Refuses("d-1", "m1", "m2", "jti-1", "1.0"))
	}
	feed.readAt = feed.readAt.Add(-2 * time.Second)
	say(feed.Refuses("d-1", "m1", "m2", "jti-1", "2.0"))
}
