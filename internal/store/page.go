package store

import (
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
)

// List is a table as it can be listed: which public orders and filter fields lead to which columns.
type List[T any] struct {
	Table   *Table[T]
	Fields  filter.Set
	Columns func(filter.Field) filter.Column
	Orders  map[string]string // public name of an order to its column
	Default string            // the public order when none is asked for, with - for descending
}

// PageQuery says which rows of a list, in which order.
type PageQuery struct {
	Filter filter.Filter
	Env    filter.Env
	Equal  []Equal // shortcuts, joined with AND
	Spans  []Span
	IDs    []string // only these; nil: all
	Order  string   // a public order, perhaps with -; "" is the list's default
	Limit  int
	Offset int
}

// Equal keeps rows whose column has one of the values; none of them is no row.
type Equal struct {
	Column string
	Values []string
}

// Span keeps rows whose time column lies strictly between the ends that are set (60 R50).
type Span struct {
	Column        string
	After, Before time.Time
}

// Page gives the rows of a page and how many match in all (60 R42-R45). Ties of the order break by creation, in the same
// direction; nulls sort last ascending, first descending (60 R53).
func (l *List[T]) Page(r Reader, q PageQuery) (rows []*T, total int64, err error) {
	sel := l.sel(r, q)
	if total, err = r.snapshot().Count(l.Table.Shape, sel); err != nil {
		return nil, 0, err
	}
	if int64(q.Offset) >= total {
		return nil, total, nil
	}
	sel.Order, sel.Limit, sel.Offset = l.order(q.Order), q.Limit, q.Offset
	rows, err = l.Table.list(r, sel)
	return rows, total, err
}

// After gives the rows behind the one with this id in the order of creation, whether or not that row still exists, and
// whether more follow (60 R46, R47). It serves tables whose ids sort by time.
func (l *List[T]) After(r Reader, q PageQuery, id string) (rows []*T, more bool, err error) {
	sel := l.sel(r, q)
	down := strings.HasPrefix(q.Order, "-")
	sel.Order, sel.Limit = "id", q.Limit+1
	compare := "id > ?"
	if down {
		sel.Order, compare = "id DESC", "id < ?"
	}
	if id != "" {
		sel.Where, sel.Args = and(compare, sel.Where), append([]any{id}, sel.Args...)
	}
	rows, err = l.Table.list(r, sel)
	if len(rows) > q.Limit {
		return rows[:q.Limit], true, err
	}
	return rows, false, err
}

func (l *List[T]) order(order string) string {
	if order == "" {
		order = l.Default
	}
	column, down := strings.CutPrefix(order, "-")
	column = l.Orders[column]
	if down {
		return column + " DESC NULLS FIRST, num DESC"
	}
	return column + " ASC NULLS LAST, num ASC"
}

// sel makes the condition; the filter comes last, since it numbers its own values on PostgreSQL.
func (l *List[T]) sel(r Reader, q PageQuery) Select {
	sel := Select{Project: r.Project()}
	add := func(where string, args ...any) {
		sel.Where, sel.Args = and(sel.Where, where), append(sel.Args, args...)
	}
	equal := q.Equal
	if q.IDs != nil {
		equal = append(equal, Equal{"id", q.IDs})
	}
	for _, e := range equal {
		add(r.dialect().In(e.Column, e.Values))
	}
	for _, s := range q.Spans {
		if !s.After.IsZero() {
			add(s.Column+" > ?", s.After.UnixMilli())
		}
		if !s.Before.IsZero() {
			add(s.Column+" < ?", s.Before.UnixMilli())
		}
	}
	if len(q.Filter.Predicates) > 0 {
		sel.Once = true
		where, args := q.Filter.SQL(r.dialect().From(len(sel.Args)+2), l.Columns, q.Env)
		add("("+where+")", args...)
	}
	return sel
}

func and(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " AND " + b
}

func column(storage filter.Storage, name string) filter.Column {
	return filter.Column{Storage: storage, Expr: name}
}

// metadataColumn finds a member of the metadata in a row's document.
func metadataColumn(filter.Field) filter.Column {
	return filter.Column{Storage: filter.MemberColumn, Expr: "doc", Object: "metadata"}
}

// VoucherList is how vouchers are listed (40 C.2, R32).
var VoucherList = &List[promo.Voucher]{
	Table: Vouchers,
	Fields: filter.NewSet(
		filter.Field{Name: "code", Type: filter.Text},
		filter.Field{Name: "voucher_type", Type: filter.Text},
		filter.Field{Name: "active", Type: filter.State, Ops: []filter.Op{filter.Active, filter.Expired, filter.Enabled, filter.Disabled}},
		filter.Field{Name: "holder", Type: filter.Text},
		filter.Field{Name: "customer_id", Type: filter.Text},
		filter.Field{Name: "campaign", Type: filter.Text},
		filter.Field{Name: "campaign_ids", Type: filter.Text},
		filter.Field{Name: "category", Type: filter.Text},
		filter.Field{Name: "category_ids", Type: filter.Text},
		filter.Field{Name: "is_referral_code", Type: filter.Bool},
		filter.Field{Name: "start_date", Type: filter.Time},
		filter.Field{Name: "expiration_date", Type: filter.Time},
		filter.Field{Name: "created_at", Type: filter.Time},
		filter.Field{Name: "updated_at", Type: filter.Time},
		filter.Field{Name: "redemption.quantity", Type: filter.Number},
		filter.Field{Name: "redemption.redeemed_quantity", Type: filter.Number},
		filter.Field{Name: "metadata.*", Type: filter.Metadata},
	),
	Columns: voucherColumn,
	Orders:  map[string]string{"created_at": "created_at", "updated_at": "updated_at", "code": "shown"},
	Default: "-created_at",
}

func voucherColumn(f filter.Field) filter.Column {
	switch f.Name {
	case "code":
		return column(filter.TextColumn, "shown")
	case "voucher_type":
		return column(filter.TextColumn, "type")
	case "holder", "customer_id":
		return column(filter.TextColumn, "holder")
	case "campaign_ids":
		return column(filter.TextColumn, "campaign")
	case "campaign", "category", "category_ids": // nothing belongs to one yet
		return column(filter.TextColumn, "CAST(NULL AS TEXT)")
	case "is_referral_code": // likewise
		return column(filter.BoolColumn, "(1 = 0)")
	case "redemption.quantity":
		return column(filter.IntegerColumn, "quantity")
	case "redemption.redeemed_quantity":
		return column(filter.IntegerColumn, "coalesce((SELECT value FROM counters WHERE counters.project = vouchers.project"+
			" AND counters.name = 'uses/' || vouchers.id), 0)")
	case "active":
		return filter.Column{Storage: filter.StateColumn, State: voucherState}
	case "start_date", "expiration_date", "created_at", "updated_at":
		return column(filter.TimeColumn, f.Name)
	}
	return metadataColumn(f)
}

// voucherState are the state words of a voucher (40 R31): active is switched on and inside its dates.
func voucherState(word filter.Op, env filter.Env) (string, []any) {
	now := env.Now.UnixMilli()
	switch word {
	case filter.Enabled:
		return "active = 1", nil
	case filter.Disabled:
		return "active = 0", nil
	case filter.Expired:
		return "(expiration_date IS NOT NULL AND expiration_date <= ?)", []any{now}
	}
	return "(active = 1 AND (start_date IS NULL OR start_date <= ?) AND (expiration_date IS NULL OR expiration_date > ?))",
		[]any{now, now}
}

// RedemptionList is how redemptions are listed (30 C3).
var RedemptionList = &List[promo.Redemption]{
	Table: Redemptions,
	Fields: filter.NewSet(
		filter.Field{Name: "voucher_code", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "related_object_id", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "related_object_parent_id", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "parent_redemption_id", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "failure_code", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "result", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "object", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "customer_id", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "campaign_name", Type: filter.Text, Ops: textOps},
		filter.Field{Name: "user_login", Type: filter.Text, Ops: textOps},
	),
	Columns: redemptionColumn,
	Orders: map[string]string{"created_at": "created_at", "id": "id", "voucher_code": "voucher_code",
		"tracking_id": "tracking_id", "customer_id": "customer"},
	Default: "-created_at",
}

var textOps = []filter.Op{filter.In, filter.NotIn, filter.Is, filter.IsNot, filter.HasValue, filter.IsUnknown,
	filter.StartsWith, filter.EndsWith, filter.Contains, filter.NotContain}

func redemptionColumn(f filter.Field) filter.Column {
	switch f.Name {
	case "related_object_id":
		return column(filter.TextColumn, "related")
	case "parent_redemption_id":
		return column(filter.TextColumn, "parent")
	case "customer_id":
		return column(filter.TextColumn, "customer")
	case "object": // rollbacks come with their own issue; until then every row is a redemption
		return column(filter.TextColumn, "'redemption'")
	case "related_object_parent_id", "campaign_name", "user_login": // campaigns and users likewise
		return column(filter.TextColumn, "CAST(NULL AS TEXT)")
	}
	return column(filter.TextColumn, f.Name)
}
