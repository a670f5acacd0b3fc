package promo

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"time"
)

// idEpoch is where the time in sortable ids begins (60 2.1).
var idEpoch = time.Date(2016, 5, 4, 0, 0, 0, 0, time.UTC)

// T18 makes an id that sorts by time: 42 bits of milliseconds since 2016-05-04, then 30 bits of chance (60 2.1).
func T18(prefix string, at time.Time, chance uint32) string {
	ms := uint64(at.Sub(idEpoch).Milliseconds())
	var raw [9]byte
	raw[0] = byte(ms >> 34)
	binary.BigEndian.PutUint64(raw[1:], ms<<30|uint64(chance)&(1<<30-1))
	buf := make([]byte, len(prefix)+18)
	copy(buf, prefix)
	hex.Encode(buf[len(prefix):], raw[:])
	return string(buf)
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Draw gives the ids of one request. Sortable ids start below 2^29 and count up, so that parents come before children
// made after them (design, time, ids and chance). Not for use by two goroutines at once.
type Draw struct {
	at     time.Time
	chance io.Reader
	next   uint32
	begun  bool
}

// NewDraw draws ids of the instant at from chance, a cryptographically strong source that does not fail.
func NewDraw(at time.Time, chance io.Reader) *Draw { return &Draw{at: at, chance: chance} }

// At is the instant of the draw.
func (d *Draw) At() time.Time { return d.at }

// T18 is the next sortable id with this prefix.
func (d *Draw) T18(prefix string) string {
	if !d.begun {
		var b [4]byte
		d.fill(b[:])
		d.next, d.begun = binary.BigEndian.Uint32(b[:])&(1<<29-1), true
	}
	id := T18(prefix, d.at, d.next)
	d.next++
	return id
}

// Random is prefix and n random characters of base 62 (60 2.1, Rn).
func (d *Draw) Random(prefix string, n int) string {
	return prefix + d.From(base62, n)
}

// From is n characters drawn independently and uniformly from an alphabet of 1 to 256 bytes.
func (d *Draw) From(alphabet string, n int) string {
	out := make([]byte, 0, n)
	limit := 256 - 256%len(alphabet) // bytes from here on would favour the first characters
	var buf [64]byte
	for len(out) < n {
		chunk := buf[:min(len(buf), n-len(out)+8)]
		d.fill(chunk)
		for _, b := range chunk {
			if int(b) < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

// Below is a uniform number from 0 to n-1.
func (d *Draw) Below(n int) int {
	limit := (1 << 32 / uint64(n)) * uint64(n)
	for {
		var b [4]byte
		d.fill(b[:])
		if v := uint64(binary.BigEndian.Uint32(b[:])); v < limit {
			return int(v % uint64(n))
		}
	}
}

// UUID is a random UUID, version 4, lower case: application ids and tokens (70 section 2). 122 bits of chance.
func (d *Draw) UUID() string {
	var b [16]byte
	d.fill(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return UUIDText(b)
}

// UUIDText writes a UUID in lower case.
func UUIDText(b [16]byte) string {
	var out [36]byte
	at := 0
	for i, v := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out[at], at = '-', at+1
		}
		hex.Encode(out[at:], []byte{v})
		at += 2
	}
	return string(out[:])
}

func (d *Draw) fill(b []byte) {
	if _, err := io.ReadFull(d.chance, b); err != nil {
		panic("promo: the source of chance failed: " + err.Error())
	}
}
