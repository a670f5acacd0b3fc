package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestInstantsAreReadInEveryForm(t *testing.T) { // 60 R28, R30
	for in, want := range map[string]string{
		"2026-03-31":                      "2026-03-31T00:00:00.000Z",
		"2026-03-31T22":                   "2026-03-31T22:00:00.000Z",
		"2026-03-31T22Z":                  "2026-03-31T22:00:00.000Z",
		"2026-03-31T22+02:00":             "2026-03-31T20:00:00.000Z",
		"2026-03-31T22:30":                "2026-03-31T22:30:00.000Z",
		"2026-03-31T22:30-01:30":          "2026-04-01T00:00:00.000Z",
		"2026-03-31T22:30:05":             "2026-03-31T22:30:05.000Z",
		"2026-03-31T22:30:05.1":           "2026-03-31T22:30:05.100Z",
		"2026-03-31T22:30:05.1239Z":       "2026-03-31T22:30:05.123Z",
		"2026-03-31T22:30:05.999999999Z":  "2026-03-31T22:30:05.999Z",
		"2026-03-31T22:30:00.000000+0000": "2026-03-31T22:30:00.000Z", // Python
		"2026-03-31T22:30:00.123456+0230": "2026-03-31T20:00:00.123Z",
		"2026-03-31 22:30:00 UTC":         "2026-03-31T22:30:00.000Z", // Ruby
		"2026-03-31 22:30:00 +0200":       "2026-03-31T20:30:00.000Z",
		"2026-03-31 22:30:00":             "2026-03-31T22:30:00.000Z",
		"2024-02-29":                      "2024-02-29T00:00:00.000Z",
		"0001-01-01":                      "0001-01-01T00:00:00.000Z",
		"1969-12-31T23:59:59.9996Z":       "1969-12-31T23:59:59.999Z",
		"9999-12-31T23:59:59.999999999Z":  "9999-12-31T23:59:59.999Z",
	} {
		got, ok := ParseTime(in)
		if !ok || FormatTime(got) != want || got.Location() != time.UTC {
			t.Errorf("ParseTime(%q) = %v, %v; want %s", in, got, ok, want)
		}
	}
}

func TestWhatIsNoInstantIsRefused(t *testing.T) { // 60 R28, R29, R32
	for _, in := range []string{
		"", "soon", "2026", "2026-03", "2026-3-1", "26-03-31", "14/05/1990", "2026-02-29", "2026-02-30", "2026-13-01",
		"2026-00-10", "2026-01-00", "0000-01-01", "10000-01-01", "-2026-01-01", "2026-03-31T", "2026-03-31T2",
		"2026-03-31T24", "2026-03-31T24:00:00", "2026-03-31T22:60", "2026-03-31T22:30:60", "2026-03-31T22:30:05.",
		"2026-03-31T22:30:05.1234567890", "2026-03-31T22.5", "2026-03-31Z", "2026-03-31+02:00", "2026-03-31T22:30Z ",
		"2026-03-31T22:30 UTC", "2026-03-31T22:30UTC", "2026-03-31T22:30+2", "2026-03-31T22:30+02", "2026-03-31T22:30+24:00",
		"2026-03-31T22:30+02:60", "2026-03-31t22:30z", "2026-03-31T22:30:05Z00", " 2026-03-31", "2026-03-31 ",
		"0001-01-01T00:00+01:00", "9999-12-31T23:30-01:00", "२०२६-03-31", "2026-03-31 22:30:00  UTC",
	} {
		if got, ok := ParseTime(in); ok {
			t.Errorf("ParseTime(%q) = %v, want a refusal", in, got)
		}
	}
}

func TestWhatIsWrittenReadsBack(t *testing.T) { // 60 R27
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-62135596800000, 253402300799999).Draw(t, "ms")
		at := time.UnixMilli(ms).UTC()
		text := FormatTime(at)
		if want := at.Format("2006-01-02T15:04:05.000Z"); text != want {
			t.Fatalf("wrote %s, want %s", text, want)
		}
		if back, ok := ParseTime(text); !ok || !back.Equal(at) {
			t.Fatalf("%s read back as %v, %v", text, back, ok)
		}
	})
}

func TestYearsThatNobodySendsAreWrittenAsGoDoes(t *testing.T) {
	at := time.Date(10000, 1, 2, 3, 4, 5, 0, time.UTC)
	if got := FormatTime(at); got != "10000-01-02T03:04:05.000Z" {
		t.Error(got)
	}
}

func TestPlainDates(t *testing.T) { // 60 R32
	if y, m, d, ok := ParseDate("2024-02-29"); !ok || y != 2024 || m != time.February || d != 29 {
		t.Error(y, m, d, ok)
	}
	for _, in := range []string{"2025-02-29", "2025-02-01T00", "2025-2-1", "", "14/05/1990"} {
		if _, _, _, ok := ParseDate(in); ok {
			t.Errorf("ParseDate(%q) is read", in)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{"2026-03-31", "2026-03-31T22:30:00.000000+0000", "2026-03-31 22:30:00 UTC", "2026-03-31T2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := ParseTime(s)
		if !ok {
			return
		}
		if back, ok := ParseTime(FormatTime(at)); !ok || !back.Equal(at) {
			t.Fatalf("%q is %v, written as %q", s, at, FormatTime(at))
		}
	})
}

func BenchmarkParseTime(b *testing.B) {
	for b.Loop() {
		ParseTime("2026-03-31T22:30:05.123Z")
	}
}

func BenchmarkAppendTime(b *testing.B) {
	at, buf := time.UnixMilli(1774996205123), make([]byte, 0, 32)
	for b.Loop() {
		buf = AppendTime(buf[:0], at)
	}
}
