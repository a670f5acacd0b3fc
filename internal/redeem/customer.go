package redeem

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"strings"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

const trackingPrefix = "track_"

// Tracking is the tracking id of a source id: the same for every request of a project, and not to be guessed (30 R16).
func Tracking(p *promo.Project, sourceID string) string {
	mac := hmac.New(sha256.New, []byte("tracking\x00"+p.Secret))
	mac.Write([]byte(sourceID))
	return trackingPrefix + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// person is the customer of a request, as planned.
type person struct {
	id     promo.CustomerID // found or drawn; "" when nobody is named
	found  bool
	source string // its source id when it is named by one; "" otherwise
	sent   *CustomerBody
	shown  *promo.Customer // as read, with what was sent on top; of a validation
}

func given(body *Request) *CustomerBody {
	if body.Customer.Given() {
		return &body.Customer.Value
	}
	if body.Order.Given() && body.Order.Value.Customer.Given() {
		return &body.Order.Value.Customer.Value
	}
	return nil
}

// planCustomer finds who a request is about (30 R9-R12). Refused: an unknown id; customer and tracking id of different
// people.
func planCustomer(r store.Reader, p *promo.Project, body *Request, draw *promo.Draw) (person, *promo.Refusal, error) {
	sent, tracking := given(body), body.TrackingID.Or("")
	if sent == nil && tracking == "" {
		return person{}, nil, nil
	}
	who := person{sent: sent}
	if sent == nil {
		who.sent = &CustomerBody{}
	}
	var known *promo.Customer
	var err error
	switch source := who.sent.SourceID.Or(""); {
	case who.sent.ID.Or("") != "":
		known, err = store.Customers.Get(r, who.sent.ID.Value)
		if known == nil && err == nil {
			return who, promo.NotFound("customer", who.sent.ID.Value), nil
		}
	case source != "":
		known, who.source, err = bySource(r, source)
	case tracking != "": // what was sent besides describes whom it names (30 R10)
		known, who.source, err = bySource(r, tracking)
	}
	if err != nil {
		return who, nil, err
	}
	if who.named() && tracking != "" && trackingOf(p, tracking) != identity(p, known, who.source) {
		return who, &promo.Refusal{Key: "ambiguous_tracking_id", Message: "Ambiguous trackingId",
			Details: "tracking_id and customer name different people"}, nil
	}
	if who.found = known != nil; who.found {
		who.id, who.shown = known.ID, known
	} else {
		who.id = promo.CustomerID(draw.Random("cust_", 24))
	}
	return who, nil, nil
}

// named reports whether what was sent names somebody, and does not merely describe.
func (w *person) named() bool { return w.sent.ID.Or("") != "" || w.sent.SourceID.Or("") != "" }

// bySource finds a customer by source id, which may be written as its tracking id (30 R10).
func bySource(r store.Reader, source string) (*promo.Customer, string, error) {
	if strings.HasPrefix(source, trackingPrefix) {
		c, err := store.Customers.By(r, "tracking", source)
		if err != nil || c != nil {
			return c, source, err
		}
	}
	c, err := store.Customers.By(r, "source_id", source)
	return c, source, err
}

func trackingOf(p *promo.Project, source string) string {
	if strings.HasPrefix(source, trackingPrefix) {
		return source
	}
	return Tracking(p, source)
}

func identity(p *promo.Project, known *promo.Customer, source string) string {
	if known != nil {
		return known.Tracking
	}
	return trackingOf(p, source)
}

func (w *person) keys() []promo.Key {
	if w.id == "" {
		return nil
	}
	keys := []promo.Key{promo.CustomerRow(w.id)}
	if w.source != "" {
		keys = append(keys, promo.CustomerSource(w.source))
	}
	return keys
}

// locked is the customer as it stands under the locks, with what was sent on top, and whether that changes it. A name
// that somebody took since the plan is followed to its row.
func (w *person) locked(l *store.Locked, p *promo.Project, draw *promo.Draw) (c *promo.Customer, changed bool, err error) {
	if w.id == "" {
		return nil, false, nil
	}
	id := w.id
	if w.source != "" {
		if by := promo.CustomerID(l.Named(promo.CustomerSource(w.source))); by != "" && by != id {
			if !l.Holds(promo.CustomerRow(by)) {
				return nil, false, store.NeedKeys(promo.CustomerRow(by))
			}
			id = by
		}
	}
	now, err := store.Customers.Locked(l, promo.CustomerRow(id))
	if err != nil {
		return nil, false, err
	}
	if now == nil {
		now = &promo.Customer{ID: id, CreatedAt: draw.At()}
		if w.source != "" {
			now.SourceID, now.Tracking = &w.source, Tracking(p, w.source)
		}
		next := *now
		w.sent.apply(&next)
		return &next, true, nil
	}
	next := *now
	w.sent.apply(&next)
	if equalCustomers(now, &next) {
		return now, false, nil
	}
	at := draw.At()
	next.UpdatedAt = &at
	return &next, true, nil
}

func equalCustomers(a, b *promo.Customer) bool {
	x, y := *a, *b
	same := metadata.Equal(x.Metadata, y.Metadata)
	x.Metadata, y.Metadata = nil, nil
	return same && reflect.DeepEqual(x, y)
}

// apply merges what was sent (60 R34-R38): null clears, metadata and address are merged by key.
func (c *CustomerBody) apply(to *promo.Customer) {
	for _, f := range []struct {
		sent promo.Opt[string]
		into **string
	}{{c.Name, &to.Name}, {c.Description, &to.Description}, {c.Email, &to.Email}, {c.Phone, &to.Phone}} {
		if f.sent.Set {
			*f.into = f.sent.Ptr()
		}
	}
	if c.Birthdate.Set {
		to.Birthdate = (*string)(c.Birthdate.Ptr())
	}
	if c.Birthday.Set {
		to.Birthday = (*string)(c.Birthday.Ptr())
	}
	if c.Address.Null {
		to.Address = nil
	}
	if c.Address.Given() {
		var merged promo.Address
		if to.Address != nil {
			merged = *to.Address
		}
		sent := c.Address.Value
		for _, f := range []struct{ sent, into *promo.Opt[string] }{{&sent.City, &merged.City}, {&sent.State, &merged.State},
			{&sent.Line1, &merged.Line1}, {&sent.Line2, &merged.Line2}, {&sent.Country, &merged.Country}, {&sent.PostalCode, &merged.PostalCode}} {
			if f.sent.Set {
				*f.into = *f.sent
			}
		}
		to.Address = &merged
	}
	to.Metadata = metadata.Merge(to.Metadata, c.Metadata)
}
