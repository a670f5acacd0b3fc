package pricing

import (
	"math/big"

	"github.com/scrip-dev/scrip/internal/promo"
)

// payWithPoints pays for the order with points (10-pricing R93-R95), always at order level. Refused: more points than
// there are, and none to spend where there is something to pay.
func (a *applying) payWithPoints() *promo.Refusal {
	if a.Asked != nil && *a.Asked > a.Available {
		return exceeded("loyalty_card_points_exceeded", "loyalty card points exceeded", *a.Asked, a.Available)
	}
	left, known := a.cart.Left()
	if !known {
		return nil
	}
	points, worth := a.pointsFor(left)
	if a.Asked == nil && left > 0 && points == 0 { // 10-pricing R94
		return exceeded("loyalty_card_points_exceeded", "loyalty card points exceeded", a.oneBlock(), a.Available)
	}
	a.step.Spent = points
	a.cart.takeFromOrder(min(worth, left))
	return nil
}

// rational is a decimal as a rational number.
func rational(d promo.Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String()) // digits it wrote itself
	return r
}

// block is the value of one block in minor units, and its points.
func (a *applying) block() (value, points *big.Rat) {
	c := a.terms.Coin
	value = rational(c.ExchangeRatio)
	return value.Mul(value, big.NewRat(100, 1)), rational(c.PointsRatio)
}

func (a *applying) oneBlock() promo.Amount {
	_, points := a.block()
	return nearest(points)
}

// pointsFor are the points charged for so much to pay, and what they are worth.
func (a *applying) pointsFor(left promo.Amount) (points, worth promo.Amount) {
	value, ratio := a.block()
	blocks := ceil(new(big.Rat).Quo(integer(left), value)) // that cover it
	cover := new(big.Rat).Mul(blocks, ratio)
	if a.Asked != nil {
		asked := integer(*a.Asked)
		worth = floor(new(big.Rat).Quo(new(big.Rat).Mul(asked, value), ratio))
		if asked.Cmp(cover) > 0 {
			return nearest(cover), worth
		}
		return *a.Asked, worth
	}
	if have := wholeRat(new(big.Rat).Quo(integer(max(0, a.Available)), ratio)); have.Cmp(blocks) < 0 {
		blocks = have
	}
	return nearest(new(big.Rat).Mul(blocks, ratio)), floor(new(big.Rat).Mul(blocks, value))
}

func integer(a promo.Amount) *big.Rat { return new(big.Rat).SetInt64(int64(a)) }

// wholeRat drops the fraction of what is not negative.
func wholeRat(r *big.Rat) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Quo(r.Num(), r.Denom()))
}

func ceil(r *big.Rat) *big.Rat {
	w := wholeRat(r)
	if w.Cmp(r) < 0 {
		w.Add(w, big.NewRat(1, 1))
	}
	return w
}

// floor is the number without its fraction, 2^53 - 1 at the most: worth more than that pays for everything.
func floor(r *big.Rat) promo.Amount {
	w := wholeRat(r)
	if w.Cmp(integer(promo.MaxInteger)) > 0 {
		return promo.MaxInteger
	}
	return promo.Amount(w.Num().Int64())
}

// nearest rounds half up (10-pricing R93).
func nearest(r *big.Rat) promo.Amount { return floor(new(big.Rat).Add(r, big.NewRat(1, 2))) }
