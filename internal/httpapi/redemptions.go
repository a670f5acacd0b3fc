package httpapi

import (
	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/redeem"
	"github.com/scrip-dev/scrip/internal/stacking"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/view"
)

// redemptionRoutes are 30 C1 to C4 and their client-side twins (C11).
func redemptionRoutes() []Route {
	validate, redeemAll := asks[redeem.Request, view.Validation](validate), asks[redeem.Request, view.Redemptions](redeemAll)
	return []Route{
		{Method: "POST", Path: "/v1/validations", Permission: "redemptions.stack", Summary: "Validate redeemables on an order", do: validate},
		{Method: "POST", Path: "/v1/redemptions", Permission: "redemptions.stack", Summary: "Redeem redeemables on an order", do: redeemAll},
		{Method: "GET", Path: "/v1/redemptions", Permission: "redemptions.read", Summary: "List redemptions", do: answers[view.List[view.Redemption]](listRedemptions),
			Query: []Param{{"limit", "integer", "1 to 100, 10 when absent"}, {"page", "integer", "1 to 1000"},
				{"order", "string", "created_at, id, voucher_code, tracking_id or customer_id, each also with -"},
				{"result", "string", "SUCCESS or FAILURE"}, {"customer", "string", "of this customer: id or source id"},
				{"filters", "string", "filters[field][conditions][$operator]=value"}}},
		{Method: "GET", Path: "/v1/redemptions/{redemptionId}", Permission: "redemptions.read", Summary: "Get a redemption", do: answers[view.Redemption](getRedemption)},
		{Method: "POST", Path: "/client/v1/validations", Summary: "Validate redeemables in a browser", do: validate},
		{Method: "POST", Path: "/client/v1/redemptions", Flag: auth.FlagRedeem, Summary: "Redeem redeemables in a browser", do: redeemAll},
	}
}

func detailOf(body *redeem.Request) view.Detail {
	return view.Detail{Order: body.Expands("order"), Redeemable: body.Expands("redeemable"), Category: body.Expands("category")}
}

func validate(s *server, r *request, body *redeem.Request) (reply, error) {
	show := func(out redeem.Validation) reply {
		if out.Refused != nil {
			return refuse(out.Refused)
		}
		return ok(view.NewValidation(out.ID, out.Tracking, r.id(), &out.Decision, detailOf(body)))
	}
	if r.call.Once == nil {
		out, err := s.Redeemer.Validate(r.context(), r.call, r.project(), body)
		if err != nil {
			return reply{}, err
		}
		return show(out), nil
	}
	return run(r, func(call *promo.Call) (redeem.Validation, error) {
		return s.Redeemer.ValidateOnce(r.context(), call, r.project(), body)
	}, show)
}

func redeemAll(s *server, r *request, body *redeem.Request) (reply, error) {
	return run(r, func(call *promo.Call) (redeem.Outcome, error) {
		return s.Redeemer.Redeem(r.context(), call, r.project(), body)
	}, func(out redeem.Outcome) reply { return s.showOutcome(r, body, &out) })
}

// showOutcome is 30 C2: a failure is the HTTP answer of its check, and names its record (R86).
func (s *server) showOutcome(r *request, body *redeem.Request, out *redeem.Outcome) reply {
	switch {
	case out.Refused != nil:
		return refuse(out.Refused)
	case out.Failure != nil:
		p := view.NewProblem(out.Failure, r.id())
		p.ResourceID, p.ResourceType = string(out.Failed.ID), promo.RedemptionObject
		p.RedeemableID, p.RedeemableType = out.Of.ShownID(), out.Of.Object
		return reply{status: p.Code, body: p}
	}
	detail := detailOf(body)
	v := view.Redemptions{Order: view.NewOrder(out.Order, view.Full),
		Inapplicable: view.NewEntries(out.Decision.ByStatus(stacking.Inapplicable), r.id(), detail),
		Skipped:      view.NewEntries(out.Decision.ByStatus(stacking.Skipped), r.id(), detail)}
	applied := out.Decision.ByStatus(stacking.Applicable)
	size := view.Parent
	if out.Parent != nil {
		size = view.Child
		parent := view.NewRedemption(out.Parent, out.Customer, sized(out.Parent.Order, out.Order, view.Parent), nil)
		v.Parent = &parent
	}
	for i, rec := range out.Redemptions {
		var order *view.Order
		if detail.Order || out.Parent == nil {
			order = sized(rec.Order, out.Order, size)
		}
		v.Redemptions = append(v.Redemptions, view.NewRedemption(rec, out.Customer, order, s.voucherOf(r, rec, applied[i].Voucher, detail.Redeemable)))
	}
	return ok(v)
}

// sized shows a record's order with the dates of the stored one.
func sized(o, stored *promo.Order, size view.Size) *view.Order {
	if o == nil {
		return nil
	}
	shown := *o
	if stored != nil {
		shown.CreatedAt, shown.UpdatedAt, shown.Redemptions = stored.CreatedAt, stored.UpdatedAt, stored.Redemptions
	}
	return view.NewOrder(&shown, size)
}

// voucherOf is the voucher of a record after the change (30 b.6); nil for none.
func (s *server) voucherOf(r *request, rec *promo.Redemption, v *promo.Voucher, full bool) any {
	if v == nil {
		return nil
	}
	var use promo.VoucherUse
	if rec.After != nil {
		use = *rec.After
	}
	if full {
		return view.NewVoucher(v, use, s.base(r))
	}
	return view.NewSimpleVoucher(v, use)
}

func getRedemption(s *server, r *request) (reply, error) {
	out, err := s.Redeemer.Get(r.context(), r.project().ID, r.params[0])
	if err != nil {
		return reply{}, err
	}
	if out == nil {
		return refuse(promo.NotFound("redemption", r.params[0])), nil
	}
	size := view.Full
	if out.Parent != "" {
		size = view.Child
	}
	order := sized(out.Order, out.Stored, size)
	return ok(view.NewRedemption(out.Redemption, out.Customer, order, s.voucherOf(r, out.Redemption, out.Voucher, true))), nil
}

func listRedemptions(s *server, r *request) (reply, error) {
	q := r.query()
	page := store.PageQuery{Env: r.env(), Order: q.order("created_at", "id", "voucher_code", "tracking_id", "customer_id"),
		Filter: q.filters(store.RedemptionList.Fields), Spans: []store.Span{q.span("created_at", "created_at")}}
	page.Limit, page.Offset = q.page()
	if results := q.someOf("result", []string{promo.ResultSuccess, promo.ResultFailure}); results != nil {
		page.Equal = append(page.Equal, store.Equal{Column: "result", Values: results})
	}
	for _, key := range []struct{ name, column string }{{"voucher_code", "voucher_code"}, {"related_object_id", "related"}} {
		if q.has(key.name) {
			page.Equal = append(page.Equal, store.Equal{Column: key.column, Values: []string{q.text(key.name)}})
		}
	}
	for _, later := range []string{"campaign", "campaign_name", "related_object_parent_id"} { // nothing belongs to one yet
		if q.has(later) {
			page.Equal = append(page.Equal, store.Equal{Column: "id"})
		}
	}
	if q.refused != nil {
		return refuse(q.refused), nil
	}
	rows, total, err := s.Redeemer.List(r.context(), r.project().ID, page, q.text("customer"))
	if err != nil {
		return reply{}, err
	}
	list := view.List[view.Redemption]{Ref: "redemptions", Total: total}
	for _, f := range rows {
		size := view.Parent
		if f.Parent != "" {
			size = view.Child
		}
		list.Rows = append(list.Rows, view.NewRedemption(f.Redemption, f.Customer, sized(f.Order, nil, size), s.voucherOf(r, f.Redemption, f.Voucher, true)))
	}
	return ok(list), nil
}
