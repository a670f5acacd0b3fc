package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func at(t testing.TB, s string) Point {
	t.Helper()
	p, ok := ParsePoint(s)
	if !ok {
		t.Fatal(s)
	}
	return p
}

func TestGeofencing(t *testing.T) { // 20-rules R73; 60 R194, R195
	circle := Circle{at(t, "geo:52.2297,21.0122"), 5}
	for to, km := range map[string]float64{"geo:52.2400,21.0600": 3.451, "geo:52.2400,21.0900": 5.420} {
		if d := Distance(circle.Center, at(t, to)); math.Abs(d-km) > 0.001 {
			t.Errorf("%s is %f km away, want %f", to, d, km)
		}
	}
	box, ok := ParseGeoJSON([]byte(`{"type":"Polygon","coordinates":[[[20.9,52.1],[21.1,52.1],[21.1,52.3],[20.9,52.3],[20.9,52.1]]]}`))
	if !ok {
		t.Fatal("the box is not read")
	}
	holed, ok := ParseGeoJSON([]byte(`{"type":"MultiPolygon","coordinates":[[[[0,0],[10,0],[10,10],[0,10]],[[4,4],[6,4],[6,6],[4,6]]],[[[20,0],[21,0],[20,1]]]]}`))
	if !ok {
		t.Fatal("several parts are not read")
	}
	for _, tt := range []struct {
		area Area
		at   string
		in   bool
	}{
		{circle, "geo:52.2400,21.0600", true}, {circle, "52.2400, 21.0900", false}, {circle, "geo:52.2297,21.0122", true},
		{box, "geo:52.2400,21.0600", true}, {box, "geo:52.2400,21.0900", true}, {box, "geo:52.2000,21.1500", false},
		{box, "geo:52.1,21.0", true}, {box, "geo:52.3,20.9", true}, // the boundary counts as inside
		{holed, "5,5", false}, {holed, "5,2", true}, {holed, "4,5", true}, {holed, "0.2,20.2", true}, {holed, "0.9,20.9", false}, {holed, "5,15", false},
	} {
		if got := tt.area.Contains(at(t, tt.at)); got != tt.in {
			t.Errorf("%s in %v: %t", tt.at, tt.area, got)
		}
	}
}

func TestWhatIsNoPlace(t *testing.T) { // 20-rules R73; 60 R194, R195
	for _, s := range []string{"", "geo:", "52", "52,", "a,b", "91,0", "0,181", "geo:NaN,0", "1,2,3"} {
		if p, ok := ParsePoint(s); ok {
			t.Errorf("%q is %v", s, p)
		}
	}
	for s, km := range map[string]float64{"1.54 km": 1.54, "500m": 0.5, "2 mi": 3.218688, "0 km": 0} {
		if got, ok := ParseRadius(s); !ok || math.Abs(got-km) > 1e-9 {
			t.Errorf("%q is %f, %t", s, got, ok)
		}
	}
	for _, s := range []string{"", "km", "5", "-1 km", "5 ft", "Inf km", "NaN km"} {
		if got, ok := ParseRadius(s); ok {
			t.Errorf("%q is %f", s, got)
		}
	}
	for _, s := range []string{``, `5`, `{"type":"Point","coordinates":[1,2]}`, `{"type":"Polygon","coordinates":[[[1],[2],[3]]]}`, `{"type":"Polygon","coordinates":[[[1,2],[2,3]]]}`,
		`{"type":"Polygon","coordinates":"x"}`, `{"type":"MultiPolygon","coordinates":[]}`} {
		if got, ok := ParseGeoJSON([]byte(s)); ok {
			t.Errorf("%s is %v", s, got)
		}
	}
}

// The way there is as long as the way back, and nothing is farther than half way round.
func TestDistances(t *testing.T) {
	point := rapid.Custom(func(t *rapid.T) Point {
		return Point{rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lng")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := point.Draw(t, "a"), point.Draw(t, "b")
		d := Distance(a, b)
		if math.Abs(d-Distance(b, a)) > 1e-9 || d < 0 || d > math.Pi*earth+1e-6 || Distance(a, a) > 1e-9 {
			t.Fatalf("%f", d)
		}
	})
}
