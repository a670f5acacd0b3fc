// Package geo says whether a point lies in an area (60 R194, R195; 20 R73). Floats serve here and nowhere else: they
// measure the earth, not money.
package geo

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// Point is a place in degrees.
type Point struct{ Lat, Lng float64 }

// ParsePoint reads geo:52.2297,21.0122, or the two numbers alone (20 R73). False: it is no place on the earth.
func ParsePoint(s string) (Point, bool) {
	lat, lng, two := strings.Cut(strings.TrimPrefix(s, "geo:"), ",")
	p := Point{}
	var err1, err2 error
	p.Lat, err1 = strconv.ParseFloat(strings.TrimSpace(lat), 64)
	p.Lng, err2 = strconv.ParseFloat(strings.TrimSpace(lng), 64)
	return p, two && err1 == nil && err2 == nil && math.Abs(p.Lat) <= 90 && math.Abs(p.Lng) <= 180
}

// Area is a part of the earth.
type Area interface{ Contains(Point) bool }

// Circle is what lies within so many kilometers of a point.
type Circle struct {
	Center Point
	Radius float64 // km
}

// earth is its mean radius in kilometers (60 R194).
const earth = 6371.0088

// Contains measures along a great circle; the edge belongs to it.
func (c Circle) Contains(p Point) bool { return Distance(c.Center, p) <= c.Radius }

// Distance is the great-circle distance in kilometers, by haversine (60 R194).
func Distance(a, b Point) float64 {
	half := func(x, y float64) float64 { s := math.Sin((y - x) / 2); return s * s }
	lat1, lat2 := radians(a.Lat), radians(b.Lat)
	h := half(lat1, lat2) + math.Cos(lat1)*math.Cos(lat2)*half(radians(a.Lng), radians(b.Lng))
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// ParseRadius reads a radius with its unit, km, m or mi, in kilometers (60 R194).
func ParseRadius(s string) (float64, bool) {
	for _, unit := range []struct {
		name string
		km   float64
	}{{"km", 1}, {"mi", 1.609344}, {"m", 0.001}} {
		number, ok := strings.CutSuffix(strings.TrimSpace(s), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		return n * unit.km, err == nil && n >= 0 && !math.IsInf(n, 0)
	}
	return 0, false
}

// Polygons are one or several parts, each an outer ring and the holes in it (60 R195).
type Polygons [][]Ring

// Ring is a closed line; its last point is joined to its first.
type Ring []Point

// Contains holds when some part does: inside its outer ring and in none of its holes; edges belong to it.
func (ps Polygons) Contains(p Point) bool {
	for _, part := range ps {
		if within(part, p) {
			return true
		}
	}
	return false
}

func within(part []Ring, p Point) bool {
	odd := false
	for _, r := range part {
		inside, edge := r.crosses(p)
		if edge {
			return true
		}
		odd = odd != inside
	}
	return odd
}

// crosses counts by the even-odd rule, longitude and latitude being plane coordinates.
func (r Ring) crosses(p Point) (odd, edge bool) {
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		if onSegment(a, b, p) {
			return false, true
		}
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lng < (b.Lng-a.Lng)*(p.Lat-a.Lat)/(b.Lat-a.Lat)+a.Lng {
			odd = !odd
		}
	}
	return odd, false
}

func onSegment(a, b, p Point) bool {
	cross := (b.Lng-a.Lng)*(p.Lat-a.Lat) - (b.Lat-a.Lat)*(p.Lng-a.Lng)
	return math.Abs(cross) < 1e-12 && p.Lng >= min(a.Lng, b.Lng) && p.Lng <= max(a.Lng, b.Lng) &&
		p.Lat >= min(a.Lat, b.Lat) && p.Lat <= max(a.Lat, b.Lat)
}

// ParseGeoJSON reads a Polygon or a MultiPolygon, whose coordinates are [lng, lat] (60 R195).
func ParseGeoJSON(text []byte) (Polygons, bool) {
	var shape struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}
	if json.Unmarshal(text, &shape) != nil {
		return nil, false
	}
	raw, err := json.Marshal(shape.Coordinates)
	if err != nil {
		return nil, false
	}
	var many [][][][]float64
	switch shape.Type {
	case "Polygon":
		many = make([][][][]float64, 1)
		err = json.Unmarshal(raw, &many[0])
	case "MultiPolygon":
		err = json.Unmarshal(raw, &many)
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	return rings(many)
}

func rings(many [][][][]float64) (out Polygons, ok bool) {
	for _, part := range many {
		var rs []Ring
		for _, line := range part {
			var r Ring
			for _, at := range line {
				if len(at) < 2 {
					return nil, false
				}
				r = append(r, Point{at[1], at[0]})
			}
			if len(r) < 3 {
				return nil, false
			}
			rs = append(rs, r)
		}
		out = append(out, rs)
	}
	return out, len(out) > 0
}
