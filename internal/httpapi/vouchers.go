package httpapi

import (
	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/view"
)

// voucherRoutes are 40 C.2.
func voucherRoutes() []Route {
	const code = "/v1/vouchers/{code}"
	read, manage := "vouchers.read", "vouchers.manage"
	return []Route{
		{Method: "GET", Path: "/v1/vouchers", Permission: read, Summary: "List vouchers", do: answers[view.List[view.Voucher]](listVouchers),
			Query: []Param{{"limit", "integer", "1 to 100, 10 when absent"}, {"page", "integer", "1 to 1000"},
				{"order", "string", "created_at, updated_at or code, each also with -"}, {"code", "string", "this code alone"},
				{"ids", "string", "these ids alone"}, {"customer", "string", "held by this customer: id or source id"},
				{"filters", "string", "filters[field][conditions][$operator]=value"}}},
		{Method: "POST", Path: "/v1/vouchers", Permission: manage, Summary: "Create a voucher, with a code or a random one", do: asks[campaigns.VoucherCreate, view.Voucher](createVoucher)},
		{Method: "POST", Path: code, Permission: manage, Summary: "Create a voucher with this code", do: asks[campaigns.VoucherCreate, view.Voucher](createVoucherWithCode)},
		{Method: "GET", Path: code, Permission: read, Summary: "Get a voucher, by code or id", do: answers[view.Voucher](getVoucher)},
		{Method: "PUT", Path: code, Permission: manage, Summary: "Update a voucher", do: asks[campaigns.VoucherUpdate, view.Voucher](updateVoucher)},
		{Method: "DELETE", Path: code, Permission: manage, Summary: "Delete a voucher", do: answers[nothing](deleteVoucher)},
		{Method: "POST", Path: code + "/enable", Permission: manage, Summary: "Enable a voucher", do: answers[view.Voucher](switchVoucher(true))},
		{Method: "POST", Path: code + "/disable", Permission: manage, Summary: "Disable a voucher", do: answers[view.Voucher](switchVoucher(false))},
	}
}

// base is the external address of this server, for links.
func (s *server) base(r *request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	return "http://" + r.http.Host
}

func (s *server) showVoucher(r *request) func(campaigns.Result) reply {
	return func(out campaigns.Result) reply {
		if out.Refused != nil {
			return refuse(out.Refused)
		}
		return ok(view.NewVoucher(out.Voucher, out.Use, s.base(r)))
	}
}

func createVoucher(s *server, r *request, body *campaigns.VoucherCreate) (reply, error) {
	return run(r, func(call *promo.Call) (campaigns.Result, error) {
		return s.Vouchers.Create(r.context(), call, r.project(), body)
	}, s.showVoucher(r))
}

func createVoucherWithCode(s *server, r *request, body *campaigns.VoucherCreate) (reply, error) {
	body.Code = promo.Some(r.params[0]) // the path decides (40 R62)
	return createVoucher(s, r, body)
}

func getVoucher(s *server, r *request) (reply, error) {
	out, err := s.Vouchers.Get(r.context(), r.project(), r.spellings(0))
	if err != nil {
		return reply{}, err
	}
	return s.showVoucher(r)(out), nil
}

func updateVoucher(s *server, r *request, body *campaigns.VoucherUpdate) (reply, error) {
	return run(r, func(call *promo.Call) (campaigns.Result, error) {
		return s.Vouchers.Update(r.context(), call, r.project(), r.spellings(0), body)
	}, s.showVoucher(r))
}

func switchVoucher(active bool) func(*server, *request) (reply, error) {
	return func(s *server, r *request) (reply, error) {
		return run(r, func(call *promo.Call) (campaigns.Result, error) {
			return s.Vouchers.SetActive(r.context(), call, r.project(), r.spellings(0), active)
		}, s.showVoucher(r))
	}
}

func deleteVoucher(s *server, r *request) (reply, error) {
	q := r.query()
	force := q.flag("force")
	if q.refused != nil {
		return refuse(q.refused), nil
	}
	return run(r, func(call *promo.Call) (campaigns.Result, error) {
		return s.Vouchers.Delete(r.context(), call, r.project(), r.spellings(0), force)
	}, func(out campaigns.Result) reply {
		if out.Refused != nil {
			return refuse(out.Refused)
		}
		return none()
	})
}

func listVouchers(s *server, r *request) (reply, error) {
	q := r.query()
	page := store.PageQuery{Env: r.env(), Order: q.order("created_at", "updated_at", "code"), Filter: q.filters(store.VoucherList.Fields),
		Spans: []store.Span{q.span("created_at", "created_at"), q.span("updated_at", "updated_at")}, IDs: q.ids()}
	page.Limit, page.Offset = q.page()
	if q.has("code") {
		page.Equal = append(page.Equal, store.Equal{Column: "code", Values: []string{codes.Spelling(q.text("code"), r.project().CaseSensitiveCodes)}})
	}
	if q.has("customer") {
		page.Equal = append(page.Equal, store.Equal{Column: "holder", Values: []string{q.text("customer")}})
	}
	for _, later := range []string{"campaign", "campaign_id", "category"} { // nothing belongs to one yet
		if q.has(later) {
			page.Equal = append(page.Equal, store.Equal{Column: "campaign"})
		}
	}
	if q.refused != nil {
		return refuse(q.refused), nil
	}
	out, err := s.Vouchers.List(r.context(), r.project(), page)
	if err != nil {
		return reply{}, err
	}
	list := view.List[view.Voucher]{Ref: "vouchers", Total: out.Total}
	for _, v := range out.Vouchers {
		list.Rows = append(list.Rows, view.NewListedVoucher(v, out.Uses[v.ID], s.base(r)))
	}
	return ok(list), nil
}
