package campaigns_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/storetest"
)

func TestCreatedVouchers(t *testing.T) { // 40 R2, R6, R7, R53, R62, R66
	on(t, func(w *world) {
		v := w.created(`{"code":"  MAY-1 ","discount":{"type":"AMOUNT","amount_off":7.5,"percent_off":3,"aggregated_amount_limit":9},
			"start_date":"2030-01-01","expiration_date":"2030-12-31T23:59:59+01:00","active":false,"additional_info":"","metadata":{ "b":1.0, "a":null },
			"redemption":{"quantity":3},"validity_day_of_week":[6,0],"unknown":1}`)
		if !strings.HasPrefix(string(v.ID), "v_") || len(v.ID) != 34 {
			w.Errorf("id %s", v.ID)
		}
		w.same("the voucher", v, map[string]any{"id": v.ID, "code": "MAY-1", "spelling": "MAY-1", "type": "DISCOUNT_VOUCHER",
			"discount": v.Discount, "quantity": 3, "active": false, "start_date": "2030-01-01T00:00:00Z",
			"expiration_date": "2030-12-31T22:59:59Z", "additional_info": "", "metadata": v.Metadata, "created_at": "2030-05-01T10:00:00Z",
			"window": map[string]any{"weekdays": []int{6, 0}}})
		w.same("the discount", v.Discount, map[string]any{"type": "AMOUNT", "amount_off": 7.5, "aggregated_amount_limit": 9})
		if string(v.Metadata) != `{"b":1.0,"a":null}` {
			w.Errorf("metadata %s", v.Metadata)
		}
		w.same("as read", w.get("MAY-1").Voucher, v)

		g := w.created(`{"type":"GIFT_VOUCHER","gift":{"amount":5000,"balance":1,"subtracted_amount":2,"effect":"APPLY_TO_ORDER"},"code_config":{"pattern":"GIFT-##","charset":"01"}}`)
		w.same("the gift", g.Gift, map[string]any{"amount": 5000, "effect": "APPLY_TO_ORDER"})
		if !strings.HasPrefix(g.Code, "GIFT-") || len(g.Code) != 7 || !g.Active || g.Quantity != nil {
			w.Errorf("the gift card is %+v", g)
		}
		d := w.created(`{"discount":{"type":"PERCENT","percent_off":12.5,"effect":"APPLY_TO_ORDER"}}`)
		if strings.Trim(d.Code, promo.CharsetMixed) != "" || len(d.Code) != 8 || d.Spelling != d.Code {
			w.Errorf("the default code is %q", d.Code)
		}
	})
}

func TestTakenCodes(t *testing.T) { // 40 R57, R58
	on(t, func(w *world) {
		w.refused("first", w.coded("aB-1"), "none")
		w.refused("again", w.coded(" aB-1 "), "duplicate_found: Duplicated voucher exists with id aB-1")
		w.refused("another case", w.coded("AB-1"), "none")
		if out := w.coded("AB-1"); out.Refused == nil || out.Refused.ResourceID != "AB-1" || out.Refused.ResourceType != "voucher" {
			w.Errorf("the refusal is %+v", out.Refused)
		}
		w.same("vouchers", w.list(store.PageQuery{}).Total, 2)
	})
	on(t, func(w *world) {
		w.folding()
		first := w.coded("Café-ß").Voucher
		w.refused("another case", w.coded("CAFÉ-ẞ"), "duplicate_found: Duplicated voucher exists with id CAFÉ-ẞ")
		w.same("found in any case, shown as written", w.get("cAFÉ-ẞ").Voucher.Code, "Café-ß")
		w.refused("ids have a case", w.get(strings.ToUpper(string(first.ID))), "not_found: Cannot find voucher with id "+strings.ToUpper(string(first.ID)))
		random := w.created(`{"discount":{"type":"PERCENT","percent_off":1}}`)
		if strings.Trim(random.Code, promo.CharsetUpper) != "" {
			w.Errorf("the default code is %q", random.Code)
		}
	})
}

func TestCodesOfAllKinds(t *testing.T) { // 40 R59
	on(t, func(w *world) {
		all := []string{"a b", "a/b", "a%2Fb", "🎁 10%", "é", "e\u0301", `q"'\`, "..", "v_x", "+", "#?&=", strings.Repeat("🎁", 255), "İı", "%_*"}
		for _, code := range all {
			w.refused(code, w.coded(code), "none")
		}
		for _, code := range all {
			if out := w.get(code); out.Voucher == nil || out.Voucher.Code != code {
				w.Errorf("%q: found %+v", code, out)
			}
		}
		w.refused("256 characters", w.coded(strings.Repeat("🎁", 256)), "invalid_payload: Property .code must NOT have more than 255 characters")
	})
}

func TestLookup(t *testing.T) { // 40 R60, 60 R21, R23
	on(t, func(w *world) {
		v := w.coded("A B").Voucher
		w.same("by id", w.get(string(v.ID)).Voucher.Code, "A B")
		w.refused("as it stands", w.get("A+B"), "not_found: Cannot find voucher with id A+B")
		w.same("with plus read as a blank", w.get("A+B", "A B").Voucher.Code, "A B")
		plus := w.coded("A+B").Voucher
		w.same("the literal one first", w.get("A+B", "A B").Voucher.ID, plus.ID)
		w.refused("neither", w.get("C+D", "C D"), "not_found: Cannot find voucher with id C+D")
		named := w.coded(string(v.ID)).Voucher
		w.same("a code before an id", w.get(string(v.ID)).Voucher.ID, named.ID)
	})
}

func TestUpdatedVouchers(t *testing.T) { // 40 R3, R70-R72, 60 R33-R41
	on(t, func(w *world) {
		made := w.created(`{"code":"X","discount":{"type":"AMOUNT","amount_off":5,"effect":"APPLY_TO_ORDER"},"start_date":"2030-01-01","additional_info":"a",
			"metadata":{"a":1,"b":{"c":2}},"validity_timeframe":{"interval":"P2D","duration":"PT1H"},"validity_day_of_week":[1]}`)
		w.now = begin.Add(time.Minute)
		for _, nothing := range []string{`{}`, `{"code":"Y","campaign":"C","type":"GIFT_VOUCHER","redemption":{"quantity":9},"gift":{"amount":1},"validation_rules":["val_1"]}`,
			`{"metadata":null}`, `{"metadata":{"b":{ "c":2 }}}`, `{"discount":{"effect":"APPLY_TO_ORDER","type":"AMOUNT","amount_off":5.0}}`, `{"active":true}`,
			`{"expiration_date":null,"category":null,"category_id":null,"validity_hours":null}`, `{"start_date":"2030-01-01T01:00:00+01:00"}`,
			`{"validity_day_of_week":[1],"validity_timeframe":{"interval":"P2D","duration":"PT1H"},"additional_info":"a"}`} {
			w.same(nothing, w.update("X", nothing).Voucher, made) // 60 R41
		}
		w.same("as read", w.get("X").Voucher, made)

		out := w.update("X", `{"discount":{"type":"AMOUNT","amount_off":6},"metadata":{"b":null,"d":"e"},"expiration_date":"2031-01-01","active":false,"additional_info":null}`).Voucher
		want := *made
		want.Discount = &promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal(6)} // replaced whole
		want.Metadata = promo.Metadata(`{"a":1,"b":null,"d":"e"}`)
		ends := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
		want.ExpirationDate, want.Active, want.AdditionalInfo, want.UpdatedAt = &ends, false, nil, &w.now
		w.same("what was sent", out, &want)
		w.same("as read", w.get("X").Voucher, &want)

		w.refused("a timeframe that loses its start", w.update("X", `{"start_date":null}`), "invalid_voucher: Property 'start_date' is required for validity_timeframe")
		w.refused("a mixed window", w.update("X", `{"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"09:00","days_of_week":[1]}]}}`),
			"invalid_voucher: validity_hours cannot be combined with validity_timeframe or validity_day_of_week")
		for _, other := range []string{`{"type":"PERCENT","percent_off":5}`, `{"type":"UNIT","unit_off":1,"unit_type":"prod_1"}`, `{"type":"FIXED","fixed_amount":1}`} {
			w.refused("another discount", w.update("X", `{"discount":`+other+`}`), "invalid_voucher: It is not possible to change Voucher discount type") // 40 R71
		}
		w.refused("no discount", w.update("X", `{"discount":null}`), "invalid_payload: Property .discount must be object")
		w.refused("a category", w.update("X", `{"category_id":"cat_1"}`), "not_found: Cannot find category with id cat_1")
		w.refused("a ghost", w.update("ghost", `{}`), "not_found: Cannot find voucher with id ghost")
		w.same("nothing was written", w.get("X").Voucher, &want)

		w.now = begin.Add(2 * time.Minute)
		out = w.update(string(made.ID), `{"validity_timeframe":null,"validity_day_of_week":[],"start_date":null,"expiration_date":null}`).Voucher
		if out.Window != nil || out.StartDate != nil || out.ExpirationDate != nil || !out.UpdatedAt.Equal(w.now) {
			w.Errorf("cleared: %+v", out)
		}

		w.created(`{"code":"G","gift":{"amount":5}}`)
		w.refused("null where there is none", w.update("G", `{"discount":null}`), "none") // 60 R35
		w.refused("a discount on a gift card", w.update("G", `{"discount":{"type":"AMOUNT","amount_off":5}}`),
			"invalid_voucher: Property 'discount' is not allowed for GIFT_VOUCHER voucher")
	})
}

func decimal(n int64) *promo.Decimal {
	d := promo.NewDecimal(n, 0)
	return &d
}

func TestSwitchedVouchers(t *testing.T) { // 40 R72
	on(t, func(w *world) {
		w.coded("X")
		for i, step := range []struct{ active, changes bool }{{true, false}, {false, true}, {false, false}, {true, true}} {
			w.now = begin.Add(time.Duration(i+1) * time.Minute)
			out, err := w.vouchers.SetActive(context.Background(), w.call(), w.project, []string{"X"}, step.active)
			w.must(err)
			changed := out.Voucher.UpdatedAt != nil && out.Voucher.UpdatedAt.Equal(w.now)
			if out.Voucher.Active != step.active || changed != step.changes {
				w.Errorf("step %d: active %v, changed %v", i, out.Voucher.Active, changed)
			}
		}
		out, err := w.vouchers.SetActive(context.Background(), w.call(), w.project, []string{"ghost"}, true)
		w.must(err)
		w.refused("a ghost", out, "not_found: Cannot find voucher with id ghost")
	})
}

func TestDeletedVouchers(t *testing.T) { // 40 R57, R73, E12
	on(t, func(w *world) {
		w.folding()
		gone := func(code string, id promo.VoucherID) {
			w.Helper()
			w.refused("read by code", w.get(code), "not_found: Cannot find voucher with id "+code)
			w.refused("read by id", w.get(string(id)), "not_found: Cannot find voucher with id "+string(id))
			w.refused("deleted again", w.delete(code, true), "not_found: Cannot find voucher with id "+code)
			w.refused("changed", w.update(code, `{"active":false}`), "not_found: Cannot find voucher with id "+code)
			w.same("listed", w.list(store.PageQuery{}).Total, 0)
		}
		v := w.coded("Hard").Voucher
		w.same("as it was", w.delete("hard", true).Voucher, v)
		gone("Hard", v.ID)

		v = w.coded("hArd").Voucher // free again
		w.same("as it was", w.delete(string(v.ID), false).Voucher, v)
		gone("hArd", v.ID)
		w.refused("a code that is in the bin", w.coded("HARD"), "duplicate_found: Duplicated voucher exists with id HARD")
		w.refused("another one", w.coded("HARDER"), "none")
	})
}

// A random code passes by what is taken, the bin included; the last one of a space is found, and then there is none.
func TestRandomCodesToTheLast(t *testing.T) { // 40 R54, R55
	on(t, func(w *world) {
		const body = `{"discount":{"type":"PERCENT","percent_off":1},"code_config":{"pattern":"A-#","charset":"0123456789"}}`
		w.coded("A-3")
		w.coded("A-7")
		w.delete("A-7", false)
		got := map[string]bool{"A-3": true, "A-7": true}
		for range 8 {
			v := w.created(body)
			if got[v.Code] || !strings.HasPrefix(v.Code, "A-") {
				w.Errorf("%s was taken", v.Code)
			}
			got[v.Code] = true
		}
		const none = "invalid_code_config: Not possible to generate requested number of codes."
		w.refused("the eleventh", w.create(body), none)
		w.refused("a pattern without chance", w.create(`{"gift":{"amount":1},"code_config":{"pattern":"A-3"}}`), none)
		w.delete("A-3", true)
		w.same("the one freed", w.created(body).Code, "A-3")
	})
	on(t, func(w *world) {
		w.folding()
		const body = `{"gift":{"amount":1},"code_config":{"length":2,"charset":"aAbB"}}`
		for range 4 {
			w.created(body)
		}
		w.refused("four codes, not sixteen", w.create(body), "invalid_code_config: Not possible to generate requested number of codes.")
	})
}

func TestOneCodeAtOnce(t *testing.T) { // 40 R57
	on(t, func(w *world) {
		w.folding()
		won := storetest.AtOnce(64, func(i int) bool {
			code := "viral"
			if i%2 == 0 {
				code = "VIRAL"
			}
			out := w.coded(code)
			if out.Refused != nil && out.Refused.Key != "duplicate_found" {
				w.Error(out.Refused)
			}
			return out.Refused == nil
		})
		w.same("created", won, 1)
		w.same("listed", w.list(store.PageQuery{}).Total, 1)
	})
}

// As many calls as there are codes: each gets one, though most find that others took what was free when they looked.
func TestRandomCodesAtOnce(t *testing.T) { // 40 R55
	on(t, func(w *world) {
		const text = `{"gift":{"amount":1},"code_config":{"pattern":"##","charset":"01234"}}`
		one := func(int) bool { return w.create(text).Refused == nil }
		w.same("created", storetest.AtOnce(25, one), 25)
		w.same("created when all are taken", storetest.AtOnce(10, one), 0)
		w.same("listed", w.list(store.PageQuery{}).Total, 25)
	})
}

// A code is free or in the bin, whoever comes first; it is never with two.
func TestCreatedWhileDeleted(t *testing.T) { // 40 R73
	on(t, func(w *world) {
		for round := range 8 {
			code, force := fmt.Sprint("R", round), round%2 == 0
			w.coded(code)
			deleted := storetest.AtOnce(16, func(i int) bool {
				if i%2 == 0 {
					w.coded(code)
					return false
				}
				return w.delete(code, force).Refused == nil
			})
			out := w.get(code)
			switch {
			case deleted == 0:
				w.Errorf("%s: nobody deleted it", code)
			case !force && (deleted != 1 || out.Voucher != nil):
				w.Errorf("%s: deleted %d times into the bin, there is %+v", code, deleted, out.Voucher)
			}
			if w.delete(code, true); w.coded(code).Refused == nil != force {
				w.Errorf("%s: free at the end: %v", code, !force)
			}
		}
	})
}

// Updates side by side lose nothing: each adds a key of its own.
func TestUpdatedAtOnce(t *testing.T) { // 60 R37
	on(t, func(w *world) {
		w.coded("X")
		storetest.AtOnce(32, func(i int) bool {
			return w.update("X", fmt.Sprintf(`{"metadata":{"k%d":%d}}`, i, i)).Refused == nil
		})
		if got := strings.Count(string(w.get("X").Voucher.Metadata), "k"); got != 32 {
			w.Errorf("%d keys", got)
		}
	})
}

// A call that is repeated with its Idempotency-Key creates nothing, whatever codes are drawn.
func TestCreatedOnce(t *testing.T) { // 60 R14
	on(t, func(w *world) {
		w.once = &promo.Once{Key: "k", Render: func(result any) (promo.Answer, bool) {
			return promo.Answer{Status: 200, Body: []byte(result.(campaigns.Result).Voucher.Code)}, true
		}}
		const text = `{"gift":{"amount":1},"code_config":{"pattern":"#","charset":"01"}}`
		made := w.created(text)
		b := &campaigns.VoucherCreate{}
		body(text, b)
		_, err := w.vouchers.Create(context.Background(), w.call(), w.project, b)
		var before *store.Replay
		if !errors.As(err, &before) || string(before.Answer.Body) != made.Code {
			w.Errorf("the second call gave %v", err)
		}
	})
}

func TestListedVouchers(t *testing.T) { // 40 C.2, R32, R33, 60 R55
	on(t, func(w *world) {
		ada := "ada"
		_, err := store.Update(context.Background(), w.store, w.call(), func(store.Reader) (struct{}, []promo.Key, error) {
			return struct{}{}, []promo.Key{promo.CustomerSource(ada)}, nil
		}, func(struct{}, *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			store.Customers.Put(&ch, &promo.Customer{ID: "cust_1", SourceID: &ada, CreatedAt: begin})
			return struct{}{}, ch, nil
		})
		w.must(err)
		var ids []string
		for i, code := range []string{"b", "A", "C"} {
			w.now = begin.Add(time.Duration(i) * time.Minute)
			ids = append(ids, string(w.coded(code).Voucher.ID))
		}
		w.hold(ids[2], "cust_1")
		w.update("A", `{"metadata":{"shop":"north"}}`)
		parsed, fault := filter.Parse("filters[junction]=OR&filters[code][conditions][$is]=A&filters[campaign_ids][conditions][$in]=camp_1", store.VoucherList.Fields)
		if fault != nil {
			w.Fatal(fault)
		}
		shop, fault := filter.Parse("filters[metadata.shop][conditions][$is]=north", store.VoucherList.Fields)
		if fault != nil {
			w.Fatal(fault)
		}
		equal := func(column string, values ...string) store.PageQuery {
			return store.PageQuery{Equal: []store.Equal{{Column: column, Values: values}}}
		}
		for name, tt := range map[string]struct {
			q     store.PageQuery
			codes string
			total int64
		}{
			"newest first":          {store.PageQuery{}, "C A b", 3},
			"oldest first":          {store.PageQuery{Order: "created_at"}, "b A C", 3},
			"by code":               {store.PageQuery{Order: "code"}, "A C b", 3},
			"a page":                {store.PageQuery{Limit: 2, Offset: 2}, "b", 3},
			"a page past the end":   {store.PageQuery{Limit: 2, Offset: 4}, "", 3},
			"ids":                   {store.PageQuery{IDs: []string{ids[0], ids[2], "v_none"}}, "C b", 2},
			"code":                  {equal("code", codes.Spelling(" A ", true)), "A", 1},
			"holder by id":          {equal("holder", "cust_1"), "C", 1},
			"holder by source id":   {equal("holder", "ada"), "C", 1},
			"holder unknown":        {equal("holder", "eve"), "", 0},
			"a campaign":            {equal("campaign"), "", 0},
			"joined with AND":       {store.PageQuery{IDs: ids[:1], Equal: []store.Equal{{Column: "holder", Values: []string{"ada"}}}}, "", 0},
			"between two instants":  {store.PageQuery{Spans: []store.Span{{Column: "created_at", After: begin, Before: begin.Add(2 * time.Minute)}}}, "A", 1},
			"filters":               {store.PageQuery{Filter: parsed}, "A", 1},
			"filters over metadata": {store.PageQuery{Filter: shop}, "A", 1},
		} {
			page := w.list(tt.q)
			var got []string
			for _, v := range page.Vouchers {
				got = append(got, v.Code)
			}
			if strings.Join(got, " ") != tt.codes || page.Total != tt.total {
				w.Errorf("%s: %v of %d", name, got, page.Total)
			}
		}
	})
}

// hold puts a voucher into a customer's hands, as publications will.
func (w *world) hold(id string, customer promo.CustomerID) {
	w.Helper()
	row := promo.VoucherRow(promo.VoucherID(id))
	_, err := store.Update(context.Background(), w.store, w.call(), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, []promo.Key{row}, nil
	}, func(_ struct{}, l *store.Locked) (struct{}, store.Changes, error) {
		var ch store.Changes
		v, err := store.Vouchers.Locked(l, row)
		next := *v
		next.Holder = customer
		store.Vouchers.Put(&ch, &next)
		return struct{}{}, ch, err
	})
	w.must(err)
}

// What was used is shown with a voucher, single and in lists.
func TestUsesAreShown(t *testing.T) { // 40 B.2, R76
	on(t, func(w *world) {
		v := w.created(`{"code":"G","gift":{"amount":5000}}`)
		keys := []promo.Key{promo.Uses(v.ID), promo.Spent(v.ID)}
		_, err := store.Update(context.Background(), w.store, w.call(), func(store.Reader) (struct{}, []promo.Key, error) {
			return struct{}{}, keys, nil
		}, func(struct{}, *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			ch.Add(keys[0], 2)
			ch.Add(keys[1], 3200)
			return struct{}{}, ch, nil
		})
		w.must(err)
		want := promo.VoucherUse{Uses: 2, Spent: 3200}
		w.same("read", w.get("G").Use, want)
		w.same("listed", w.list(store.PageQuery{}).Uses[v.ID], want)
		w.same("updated", w.update("G", `{"active":false}`).Use, want)
		w.same("deleted", w.delete("G", false).Use, want)
	})
}

// Metadata as deep as it may be can be stored, listed and filtered.
func TestDeepMetadata(t *testing.T) { // 60 R81
	on(t, func(w *world) {
		deep := strings.Repeat(`[`, 499) + strings.Repeat(`]`, 499)
		w.created(`{"code":"X","gift":{"amount":1},"metadata":{"deep":` + deep + `,"shop":"north"}}`)
		shop, fault := filter.Parse("filters[metadata.shop][conditions][$is]=north&filters[metadata.deep][conditions][$has_value]=", store.VoucherList.Fields)
		if fault != nil {
			w.Fatal(fault)
		}
		w.same("found", w.list(store.PageQuery{Filter: shop}).Total, 1)
	})
}
