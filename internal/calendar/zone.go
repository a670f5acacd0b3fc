package calendar

import (
	"strings"
	"sync"
	"time"
)

// zones keeps what was loaded once: a zone of a name does not change while the program runs.
var zones sync.Map // string → *time.Location

// Zone is the time zone of an IANA name, UTC and the GMT forms like Etc/GMT+1 included (60 R31). It is false for names
// that no zone has, and for "" and Local, which would mean whatever zone the machine is in. Whether zones are read
// from the machine or from the program is decided by the program, which may import time/tzdata.
func Zone(name string) (*time.Location, bool) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), true
	}
	if isMachineName(name) {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	zones.Store(name, zone)
	return zone, true
}

// isMachineName tells names that time.LoadLocation may know but that are none of IANA's: files beside the zones.
func isMachineName(name string) bool {
	switch name {
	case "", "Local", "localtime", "posixrules", "Factory":
		return true
	}
	return strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/")
}
