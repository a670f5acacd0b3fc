package storetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// page reads a page of vouchers and gives its codes.
func (c *trial) page(q store.PageQuery) (codes []string, total int64) {
	c.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		rows, n, err := store.VoucherList.Page(r, q)
		for _, v := range rows {
			codes = append(codes, v.Code)
		}
		total = n
		return err
	}))
	return codes, total
}

// Walking down a list by cursor meets every row that was there once, however many come in meanwhile; by page, rows that
// come in do not change the order of those that are there (60 R45-R47).
func stablePages(c *trial) {
	insert := func(i int, at time.Time) {
		_, err := store.Update(c.ctx, c.store, c.call(at), func(store.Reader) (struct{}, []promo.Key, error) {
			return struct{}{}, nil, nil
		}, func(struct{}, *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			store.Redemptions.Put(&ch, &promo.Redemption{ID: promo.RedemptionID(c.call(at).Draw.T18("r_")), Date: at, RelatedID: fmt.Sprint(i),
				RelatedType: promo.VoucherObject, Result: promo.ResultSuccess, Status: promo.StatusSucceeded})
			return struct{}{}, ch, nil
		})
		c.must(err)
	}
	for i := range 25 {
		insert(i, Now.Add(time.Duration(i/3)*time.Millisecond)) // several share one instant
	}
	var walked []string
	var pages [][]string
	for id, more := "", true; more; {
		c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
			rows, again, err := store.RedemptionList.After(r, store.PageQuery{Order: "-id", Limit: 4}, id)
			for _, v := range rows {
				walked = append(walked, v.RelatedID)
				id = string(v.ID)
			}
			more = again
			if err != nil {
				return err
			}
			page, total, err := store.RedemptionList.Page(r, store.PageQuery{Order: "created_at", Limit: 5, Offset: 5})
			var ids []string
			for _, v := range page {
				ids = append(ids, v.RelatedID)
			}
			pages = append(pages, ids)
			c.equal("total grows", total, 25+len(pages)-1)
			return err
		}))
		insert(100+len(pages), Now.Add(time.Hour))
	}
	c.equal("walked", len(walked), 25)
	for i := range pages {
		c.equal("second page, oldest first", pages[i], []string{"5", "6", "7", "8", "9"})
	}
	c.filters()
}

// 60 R56-R68 on the columns of vouchers, with the operators they have.
func (c *trial) filters() {
	day := 24 * time.Hour
	for i, v := range []struct {
		code, metadata string
		active         bool
		from, to       time.Duration
	}{
		{"Alpha-1", `{"tier":"gold","n":7,"ok":true}`, true, -day, day},
		{"alpha-2", `{"tier":"silver"}`, true, -day, -time.Hour},
		{"Beta-1", `{"tier":null,"n":"7"}`, false, 0, 0},
		{"Beta%1", `{}`, true, time.Hour, 0},
	} {
		voucher := c.voucher(v.code)
		voucher.Active, voucher.Metadata, voucher.CreatedAt = v.active, jsontext.Value(v.metadata), Now.Add(time.Duration(i)*time.Second)
		if v.from != 0 {
			at := Now.Add(v.from)
			voucher.StartDate = &at
		}
		if v.to != 0 {
			at := Now.Add(v.to)
			voucher.ExpirationDate = &at
		}
		_, err := c.put(voucher)
		c.must(err)
	}
	for query, want := range map[string]string{
		"filters[code][conditions][$is]=Beta-1":                                                                   "Beta-1",
		"filters[code][conditions][$is_not]=Beta-1":                                                               "Alpha-1 alpha-2 Beta%1",
		"filters[code][conditions][$in][0]=Beta-1&filters[code][conditions][$in][1]=alpha-2":                      "alpha-2 Beta-1",
		"filters[code][conditions][$not_in][]=Beta-1":                                                             "Alpha-1 alpha-2 Beta%1",
		"filters[code][conditions][$starts_with]=Alpha":                                                           "Alpha-1",
		"filters[code][conditions][$ends_with]=-1":                                                                "Alpha-1 Beta-1",
		"filters[code][conditions][$contains]=%25":                                                                "Beta%1",
		"filters[code][conditions][$not_contain]=eta":                                                             "Alpha-1 alpha-2",
		"filters[start_date][conditions][$has_value]=":                                                            "Alpha-1 alpha-2 Beta%1",
		"filters[start_date][conditions][$is_unknown]=":                                                           "Beta-1",
		"filters[start_date][conditions][$after]=2030-05-01":                                                      "Beta%1",
		"filters[start_date][conditions][$before]=2030-05-01":                                                     "Alpha-1 alpha-2",
		"filters[active][conditions][$enabled]=":                                                                  "Alpha-1 alpha-2 Beta%1",
		"filters[active][$disabled]=":                                                                             "Beta-1",
		"filters[active][conditions][$expired]=":                                                                  "alpha-2",
		"filters[active][conditions][$active]=":                                                                   "Alpha-1",
		"filters[metadata.tier][conditions][$is]=gold":                                                            "Alpha-1",
		"filters[metadata.tier][conditions][$is_unknown]=":                                                        "Beta-1 Beta%1",
		"filters[metadata.n][conditions][$is]=7":                                                                  "Alpha-1 Beta-1",
		"filters[metadata.ok][conditions][$is]=true":                                                              "Alpha-1",
		"filters[redemption.redeemed_quantity][conditions][$is]=0":                                                "Alpha-1 alpha-2 Beta-1 Beta%1",
		"filters[junction]=OR&filters[code][conditions][$is]=Beta-1&filters[metadata.tier][conditions][$is]=gold": "Alpha-1 Beta-1",
	} {
		f, fault := filter.Parse(query, store.VoucherList.Fields)
		if fault != nil {
			c.Errorf("%s: %+v", query, fault)
			continue
		}
		codes, total := c.page(store.PageQuery{Filter: f, Env: filter.Env{Now: Now}, Order: "created_at"})
		c.equal(query, strings.Join(codes, " "), want)
		c.equal("total of "+query, total, len(codes))
	}
	codes, _ := c.page(store.PageQuery{Order: "-code"})
	c.equal("by code, descending", codes, []string{"alpha-2", "Beta-1", "Beta%1", "Alpha-1"})
	codes, _ = c.page(store.PageQuery{Order: "created_at", Equal: []store.Equal{{Column: "shown", Values: []string{"Beta-1"}}},
		Spans: []store.Span{{Column: "created_at", After: Now, Before: Now.Add(3 * time.Second)}}})
	c.equal("shortcuts join", codes, []string{"Beta-1"})
}

// However many ids are asked for, there is one list of them: a database takes only so many arguments.
func manyIDs(c *trial) {
	v := c.voucher("MANY")
	_, err := c.put(v)
	c.must(err)
	ids := make([]string, 0, 40001)
	for i := range 40000 {
		ids = append(ids, fmt.Sprint("v_", i))
	}
	ids = append(ids, string(v.ID))
	if codes, total := c.page(store.PageQuery{IDs: ids}); total != 1 || len(codes) != 1 || codes[0] != "MANY" {
		c.Errorf("found %v of %d", codes, total)
	}
	if codes, total := c.page(store.PageQuery{IDs: []string{}}); total != 0 || len(codes) != 0 {
		c.Errorf("without ids there are %v", codes)
	}
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		found, err := store.Vouchers.Each(r, ids)
		if len(found) != 1 || found[string(v.ID)] == nil {
			c.Errorf("found %v", found)
		}
		return err
	}))
}
