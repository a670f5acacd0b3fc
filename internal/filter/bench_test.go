package filter

import "testing"

const question = "limit=100&page=2&filters%5Bjunction%5D=and&filters%5Bmetadata.tier%5D%5Bconditions%5D%5B%24in%5D%5B0%5D=gold" +
	"&filters%5Bmetadata.tier%5D%5Bconditions%5D%5B%24in%5D%5B1%5D=silver&filters[created_at][conditions][$this_month]=" +
	"&filters[amount][conditions][$more_than]=10000"

var answer = thing{
	amount: ptr(int64(12500)), created: ptr(mustTime("2026-04-01").UnixMilli()), metadata: map[string]string{"tier": `"gold"`},
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, fault := Parse(question, world); fault != nil {
			b.Fatal(fault)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	f, row := mustParse(question), answer.row(warsaw)
	for b.Loop() {
		if !f.Match(row, warsaw) {
			b.Fatal("no match")
		}
	}
}

func BenchmarkSQL(b *testing.B) {
	b.ReportAllocs()
	f := mustParse(question)
	for b.Loop() {
		f.SQL(Postgres, columns, warsaw)
	}
}
