package redeem

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"strings"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/stacking"
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
	id       promo.CustomerID // found or drawn; "" when nobody is named
	found    bool
	source   string // the source id, when it was sent as it is; "" otherwise
	tracking string // the tracking id that the source id has, or that was sent in its place; "" when there is neither
	sent     *CustomerBody
	shown    *promo.Customer // as read
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
	who := person{sent: given(body)}
	if who.sent == nil {
		who.sent = &CustomerBody{}
	}
	beside := body.TrackingID.Or("")
	var err error
	if id := who.sent.ID.Or(""); id != "" {
		if who.shown, err = store.Customers.Get(r, id); who.shown == nil && err == nil {
			return who, promo.NotFound("customer", id), nil
		}
	} else if named := cmp.Or(who.sent.SourceID.Or(""), beside); named != "" { // an empty source id is none (60 R40)
		who.name(p, named)
		who.shown, err = store.Customers.By(r, "tracking", who.tracking)
	} else if reflect.ValueOf(*who.sent).IsZero() { // a guest (30 R12): not even a profile was sent
		return person{}, nil, nil
	}
	if err != nil {
		return who, nil, err
	}
	if beside != "" && trackingOf(p, beside) != who.identity() {
		return who, &promo.Refusal{Key: "ambiguous_tracking_id", Message: "Ambiguous trackingId",
			Details: "tracking_id and customer name different people"}, nil
	}
	if who.found = who.shown != nil; who.found {
		who.id = who.shown.ID
	} else {
		who.id = promo.CustomerID(draw.Random("cust_", 24))
	}
	return who, nil, nil
}

// profile is the customer as a validation sees it: what was sent over what is stored, and nothing is written (30 R8). Nil:
// nobody.
func (w *person) profile() *stacking.Customer {
	if w.id == "" {
		return nil
	}
	var shown promo.Customer
	if w.shown != nil {
		shown = *w.shown
	}
	w.identify(&shown)
	w.sent.apply(&shown)
	return w.as(&shown)
}

// as is a profile as decisions see it; nil stays nil.
func (w *person) as(c *promo.Customer) *stacking.Customer {
	if c == nil {
		return nil
	}
	return &stacking.Customer{Customer: c, Identified: w.found || w.tracking != ""}
}

// name takes a source id, which may be written as its tracking id (30 R10).
func (w *person) name(p *promo.Project, source string) {
	w.tracking = trackingOf(p, source)
	if w.tracking != source {
		w.source = source
	}
}

// identity is the tracking id of whom the request names.
func (w *person) identity() string {
	if w.shown != nil {
		return w.shown.Tracking
	}
	return w.tracking
}

func trackingOf(p *promo.Project, source string) string {
	if strings.HasPrefix(source, trackingPrefix) {
		return source
	}
	return Tracking(p, source)
}

func (w *person) keys() []promo.Key {
	if w.id == "" {
		return nil
	}
	keys := []promo.Key{promo.CustomerRow(w.id)}
	if w.tracking != "" {
		keys = append(keys, promo.CustomerTracking(w.tracking))
	}
	if w.source != "" {
		keys = append(keys, promo.CustomerSource(w.source))
	}
	return keys
}

// locked is the customer as it stands under the locks, with what was sent on top, and whether that changes it. A name
// that somebody took since the plan is followed to its row. Who was first named by tracking id gets the source id when
// it is sent: both lead to one profile (30 R10).
func (w *person) locked(l *store.Locked, draw *promo.Draw) (c *promo.Customer, changed bool, err error) {
	if w.id == "" {
		return nil, false, nil
	}
	id := w.id
	if w.tracking != "" {
		if by := promo.CustomerID(l.Named(promo.CustomerTracking(w.tracking))); by != "" && by != id {
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
		next := promo.Customer{ID: id, Tracking: w.tracking, CreatedAt: draw.At()}
		w.identify(&next)
		w.sent.apply(&next)
		return &next, true, nil
	}
	next := *now
	w.identify(&next)
	w.sent.apply(&next)
	if same, err := store.Same(now, &next); same || err != nil {
		return now, false, err
	}
	at := draw.At()
	next.UpdatedAt = &at
	return &next, true, nil
}

func (w *person) identify(c *promo.Customer) {
	if c.SourceID == nil && w.source != "" {
		c.SourceID = &w.source
	}
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
