package view

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

const base = "https://scrip.example"

var created = time.Date(2027, 1, 11, 8, 0, 0, 0, time.UTC)

// shown is a view in JSON, spread over lines, with the ids of assets shortened.
func shown(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v, jsontext.Multiline(true), jsontext.WithIndent(" "))
	if err != nil {
		t.Fatal(err)
	}
	return uuid.ReplaceAllString(string(text), "UUID")
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

func equal(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func discounted() *promo.Voucher {
	off := promo.NewDecimal(125, 1)
	return &promo.Voucher{ID: "v_1", Code: "a b/c", Type: promo.DiscountVoucher, Active: true, CreatedAt: created,
		Discount: &promo.Discount{Type: promo.PercentDiscount, PercentOff: &off}}
}

func TestDiscountVoucher(t *testing.T) { // 40 B.2, R4, R5, R7
	equal(t, shown(t, NewVoucher(discounted(), promo.VoucherUse{Uses: 2}, base)), `{
 "id": "v_1",
 "code": "a b/c",
 "campaign": null,
 "campaign_id": null,
 "category": null,
 "category_id": null,
 "categories": [],
 "type": "DISCOUNT_VOUCHER",
 "discount": {
  "type": "PERCENT",
  "percent_off": 12.5
 },
 "gift": null,
 "loyalty_card": null,
 "start_date": null,
 "expiration_date": null,
 "validity_timeframe": null,
 "validity_day_of_week": null,
 "validity_hours": null,
 "active": true,
 "additional_info": null,
 "metadata": {},
 "assets": {
  "qr": {
   "id": "UUID",
   "url": "https://scrip.example/api/v1/assets/qr/UUID"
  },
  "barcode": {
   "id": "UUID",
   "url": "https://scrip.example/api/v1/assets/barcode/UUID"
  }
 },
 "is_referral_code": false,
 "created_at": "2027-01-11T08:00:00.000Z",
 "updated_at": null,
 "object": "voucher",
 "publish": {
  "object": "list",
  "count": 0,
  "url": "/v1/vouchers/a%20b%2Fc/publications?page=1&limit=10"
 },
 "redemption": {
  "quantity": null,
  "redeemed_quantity": 2,
  "object": "list",
  "url": "/v1/vouchers/a%20b%2Fc/redemptions?page=1&limit=10"
 },
 "validation_rules_assignments": {
  "object": "list",
  "data_ref": "data",
  "data": [],
  "total": 0
 }
}`)
}

func TestEverythingOfAVoucher(t *testing.T) { // 40 B.2
	v := discounted()
	quantity, info, later := int64(3), "for all", created.Add(time.Hour)
	v.Quantity, v.AdditionalInfo, v.StartDate, v.ExpirationDate, v.UpdatedAt, v.Holder = &quantity, &info, &created, &later, &later, "cust_1"
	v.Metadata = promo.Metadata(`{"b":1.0,"a":null}`)
	v.Window = &promo.Window{Timeframe: &promo.Timeframe{Interval: "P2D", Duration: "PT1H"}, Weekdays: []int{0},
		Daily: []promo.DailyHours{{StartTime: "08:00", ExpirationTime: "12:00", DaysOfWeek: []int{1}}}}
	got, err := json.Marshal(NewListedVoucher(v, promo.VoucherUse{}, base))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"start_date":"2027-01-11T08:00:00.000Z"`, `"expiration_date":"2027-01-11T09:00:00.000Z"`,
		`"validity_timeframe":{"interval":"P2D","duration":"PT1H"},"validity_day_of_week":[0],"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"12:00","days_of_week":[1]}]}`,
		`"additional_info":"for all","metadata":{"b":1.0,"a":null}`, `"updated_at":"2027-01-11T09:00:00.000Z","holder_id":"cust_1"`, `"count":1`,
		`"quantity":3,"redeemed_quantity":0`} {
		if !strings.Contains(string(got), part) {
			t.Errorf("%s is not in %s", part, got)
		}
	}
	if strings.Contains(string(got), "validation_rules_assignments") {
		t.Error("lists show assignments")
	}
}

func TestGiftCard(t *testing.T) { // 40 R66, R76, E3
	for name, tt := range map[string]struct {
		gift       promo.Gift
		spent      promo.Amount
		gift1, use string
	}{
		"new":           {promo.Gift{Amount: 5000}, 0, `{"amount":5000,"balance":5000}`, `{"quantity":null,"redeemed_quantity":0,"redeemed_amount":0}`},
		"redeemed":      {promo.Gift{Amount: 7500, Effect: promo.ApplyToOrder}, 3200, `{"amount":7500,"balance":4300,"effect":"APPLY_TO_ORDER"}`, `{"quantity":null,"redeemed_quantity":1,"redeemed_amount":3200}`},
		"and taken off": {promo.Gift{Amount: 7500, Subtracted: 1000}, 3200, `{"amount":7500,"subtracted_amount":1000,"balance":3300}`, `{"quantity":null,"redeemed_quantity":1,"redeemed_amount":3200}`},
	} {
		v := &promo.Voucher{ID: "v_2", Code: "G", Type: promo.GiftVoucher, CreatedAt: created, Gift: &tt.gift}
		use := promo.VoucherUse{Spent: tt.spent}
		if tt.spent > 0 {
			use.Uses = 1
		}
		full := NewVoucher(v, use, base)
		for part, want := range map[any]string{full.Gift: tt.gift1, full.Redemption.SimpleUses: tt.use} {
			got, err := json.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if full.Discount != nil {
			t.Errorf("%s: a discount", name)
		}
	}
}

func TestSimpleVoucher(t *testing.T) { // 30 b.6
	equal(t, shown(t, NewSimpleVoucher(discounted(), promo.VoucherUse{Uses: 1})), `{
 "id": "v_1",
 "code": "a b/c",
 "discount": {
  "type": "PERCENT",
  "percent_off": 12.5
 },
 "type": "DISCOUNT_VOUCHER",
 "campaign": null,
 "campaign_id": null,
 "is_referral_code": false,
 "category_id": null,
 "active": true,
 "created_at": "2027-01-11T08:00:00.000Z",
 "updated_at": null,
 "redemption": {
  "quantity": null,
  "redeemed_quantity": 1
 },
 "start_date": null,
 "expiration_date": null,
 "metadata": {},
 "object": "voucher"
}`)
}

func TestAssetsStayTheSame(t *testing.T) { // 40 R75
	one, again, other := newAssets("v_1", base), newAssets("v_1", "http://elsewhere"), newAssets("v_2", base)
	if one.QR.ID != again.QR.ID || one.Barcode.ID != again.Barcode.ID {
		t.Error("the ids of a voucher change")
	}
	if one.QR.ID == one.Barcode.ID || one.QR.ID == other.QR.ID || !uuid.MatchString(one.QR.ID) {
		t.Errorf("ids %v, %v", one, other)
	}
}

func TestLists(t *testing.T) { // 60 2.2
	for want, list := range map[string]any{
		`{"object":"list","data_ref":"data","data":[],"total":0}`:             List[int]{Ref: "data"},
		`{"object":"list","data_ref":"vouchers","vouchers":["b"],"total":17}`: List[string]{Ref: "vouchers", Rows: []string{"b"}, Total: 17},
	} {
		got, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(got), want)
	}
}
