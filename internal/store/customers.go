package store

import "github.com/scrip-dev/scrip/internal/promo"

// CustomerCalled is the customer with an id, else the one with a source id (60 R21, R55); nil when there is none.
func CustomerCalled(r Reader, name string) (*promo.Customer, error) {
	c, err := Customers.Get(r, name)
	if c == nil && err == nil {
		c, err = Customers.By(r, "source_id", name)
	}
	return c, err
}
