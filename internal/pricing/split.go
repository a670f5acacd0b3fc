package pricing

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"github.com/scrip-dev/scrip/internal/promo"
)

// split divides an amount over the lines by their value, or by their units (10-pricing R56, R57). By units, what a line
// cannot take goes to the others; by value it is lost (R61).
func (a *applying) split(parts []part) {
	var room promo.Amount
	for i := range parts {
		room += parts[i].cap
	}
	total := min(times(a.money(a.terms.Discount.AmountOff, a.terms.amountOff, noLine), a.bundles()), room)
	if a.effect == promo.ApplyToItemsProportionallyQuantity {
		splitByUnits(total, parts)
		return
	}
	weights := make([]promo.Amount, len(parts))
	exact := true
	for i := range parts {
		weights[i] = parts[i].base
		exact = exact && parts[i].num == parts[i].den
	}
	shares := Split(total, weights)
	if !exact {
		shares = splitByParts(total, parts)
	}
	for i := range parts {
		parts[i].share = min(parts[i].cap, shares[i])
	}
}

// splitByUnits sets lines that would get more than they are worth to that, and splits the rest again, until nothing is
// left over.
func splitByUnits(total promo.Amount, parts []part) {
	open := make([]int, len(parts))
	for i := range open {
		open[i] = i
	}
	for len(open) > 0 && total > 0 {
		weights := make([]promo.Amount, len(open))
		for k, i := range open {
			weights[k] = promo.Amount(parts[i].count)
		}
		shares, full := Split(total, weights), false
		rest := open[:0:0]
		for k, i := range open {
			if shares[k] >= parts[i].cap {
				full = full || shares[k] > parts[i].cap
				parts[i].share = parts[i].cap
				continue
			}
			parts[i].share = shares[k]
			rest = append(rest, i)
		}
		if !full {
			return
		}
		for i := range parts {
			if !slices.Contains(rest, i) && slices.Contains(open, i) {
				total -= parts[i].cap
			}
		}
		open = rest
	}
}

// Split divides total by weight so that the parts add up to it (10-pricing R4): every share is floored, then the missing
// units go one by one to the largest remainders, ties to the earlier line. Nothing is negative; without any weight nobody
// gets anything.
func Split(total promo.Amount, weights []promo.Amount) []promo.Amount {
	parts, rests := make([]promo.Amount, len(weights)), make([]uint64, len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(w)
	}
	if sum == 0 {
		return parts
	}
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w)) // 128 bits: no float, no overflow
		q, r := bits.Div64(hi, lo, sum)
		parts[i], rests[i], left = promo.Amount(q), r, left-promo.Amount(q)
	}
	for _, i := range largestFirst(len(rests), func(i, j int) int { return cmp.Compare(rests[j], rests[i]) })[:left] {
		parts[i]++
	}
	return parts
}

func largestFirst(n int, compare func(i, j int) int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, compare)
	return order
}

// splitByParts is Split by values that are parts of lines, such as two units of three.
func splitByParts(total promo.Amount, parts []part) []promo.Amount {
	out := make([]promo.Amount, len(parts))
	values, sum := make([]*big.Rat, len(parts)), new(big.Rat)
	for i := range parts {
		v := new(big.Rat).SetFrac64(parts[i].num, parts[i].den)
		values[i] = v.Mul(v, new(big.Rat).SetInt64(int64(parts[i].base)))
		sum.Add(sum, values[i])
	}
	if sum.Sign() == 0 {
		return out
	}
	left := total
	for i, v := range values {
		share := v.Mul(v, new(big.Rat).SetInt64(int64(total))).Quo(v, sum)
		floor := new(big.Int).Quo(share.Num(), share.Denom())
		out[i] = promo.Amount(floor.Int64())
		left -= out[i]
		share.Sub(share, new(big.Rat).SetInt(floor))
	}
	for _, i := range largestFirst(len(values), func(i, j int) int { return values[j].Cmp(values[i]) })[:left] {
		out[i]++
	}
	return out
}
