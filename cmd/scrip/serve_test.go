package main

import (
	"net"
	"testing"
)

func TestTheGreetingNamesAnAddressToCall(t *testing.T) {
	for _, tt := range []struct{ base, listen, want string }{
		{"", "127.0.0.1:8420", "http://127.0.0.1:8420"},
		{"", "0.0.0.0:8420", "http://127.0.0.1:8420"},
		{"", "[::]:8420", "http://127.0.0.1:8420"},
		{"", "[::1]:8420", "http://[::1]:8420"},
		{"https://promo.example", "0.0.0.0:8420", "https://promo.example"},
	} {
		at, err := net.ResolveTCPAddr("tcp", tt.listen)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(tt.base, at); got != tt.want {
			t.Errorf("%q on %s: %s, want %s", tt.base, tt.listen, got, tt.want)
		}
	}
}
