package campaigns_test

import (
	"testing"

	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/store"
)

func TestBadVoucherBodies(t *testing.T) { // 10-pricing f, R152, 40 F, R65
	for _, tt := range []struct{ body, want string }{
		{`{"discount":{"amount_off":5}}`, "invalid_payload: Property .discount must have required property 'type'"},
		{`{"discount":{"type":null}}`, "invalid_payload: Property .discount must have required property 'type'"},
		{`{"discount":{"type":"HALF"}}`, "Property .discount.type must be equal to one of the allowed values [ AMOUNT, PERCENT, UNIT, FIXED ]"},
		{`{"discount":{"type":"PERCENT","percent_off":5,"effect":"APPLY_TO_ITEMS_BY_QUANTITY"}}`, "invalid_payload: Property .discount.effect must be equal to one of the allowed values [ APPLY_TO_ORDER, APPLY_TO_ITEMS ]"},
		{`{"discount":{"type":"UNIT","unit_off":1,"effect":"APPLY_TO_ORDER"}}`, "invalid_payload: Property .discount.effect must be equal to one of the allowed values [ ADD_MISSING_ITEMS, ADD_NEW_ITEMS, ADD_MANY_ITEMS, ADD_SAME_ITEMS, REPLACE_ITEMS ]"},
		{`{"discount":{"type":"AMOUNT","amount_off":-1}}`, "invalid_payload: Property .discount.amount_off must be >= 0"},
		{`{"discount":{"type":"AMOUNT","amount_off":"5"}}`, "Property .discount.amount_off must be number"},
		{`{"discount":{"type":"AMOUNT","amount_off":9007199254740992}}`, "invalid_payload: Property .discount.amount_off must be <= 9007199254740991"},
		{`{"discount":{"type":"AMOUNT"}}`, "invalid_payload: Property .discount must have required property 'amount_off'"},
		{`{"discount":{"type":"AMOUNT","percent_off":5}}`, "invalid_payload: Property .discount must have required property 'amount_off'"},
		{`{"discount":{"type":"AMOUNT","amount_off":5,"aggregated_amount_limit":-1}}`, "invalid_payload: Property .discount.aggregated_amount_limit must be >= 0"},
		{`{"discount":{"type":"AMOUNT","amount_off":5,"aggregated_amount_limit":1.5}}`, "Property .discount.aggregated_amount_limit must be integer"},
		{`{"discount":{"type":"PERCENT"}}`, "invalid_payload: Property .discount must have required property 'percent_off'"},
		{`{"discount":{"type":"PERCENT","percent_off":-0.5}}`, "invalid_payload: Property .discount.percent_off must be >= 0"},
		{`{"discount":{"type":"PERCENT","percent_off":100.01}}`, "invalid_payload: Property .discount.percent_off must be <= 100"},
		{`{"discount":{"type":"PERCENT","percent_off":5,"amount_limit":-1}}`, "invalid_payload: Property .discount.amount_limit must be >= 0"},
		{`{"discount":{"type":"AMOUNT","amount_off":5,"amount_off_formula":"FOO + 1"}}`, "invalid_payload: Property .discount.amount_off_formula is not a valid formula: unknown name FOO at character 1"},
		{`{"discount":{"type":"PERCENT","percent_off_formula":""}}`, "invalid_payload: Property .discount.percent_off_formula is not a valid formula: a value expected, the end found at character 1"},
		{`{"discount":{"type":"FIXED"}}`, "invalid_payload: Property .discount must have required property 'fixed_amount'"},
		{`{"discount":{"type":"FIXED","fixed_amount":-1}}`, "invalid_payload: Property .discount.fixed_amount must be >= 0"},
		{`{"discount":{"type":"FIXED","fixed_amount":1,"effect":"ADD_NEW_ITEMS"}}`, "invalid_payload: Property .discount.effect must be equal to one of the allowed values [ APPLY_TO_ORDER, APPLY_TO_ITEMS ]"},
		{`{"discount":{"type":"UNIT","unit_off":1}}`, "invalid_payload: Property .discount must have required property 'unit_type'"},
		{`{"discount":{"type":"UNIT","unit_type":"prod_5h1pp1ng"}}`, "invalid_payload: Property .discount must have required property 'unit_off'"},
		{`{"discount":{"type":"UNIT","unit_off":-1,"unit_type":"prod_5h1pp1ng"}}`, "invalid_payload: Property .discount.unit_off must be >= 0"},
		{`{"discount":{"type":"UNIT","effect":"ADD_MANY_ITEMS"}}`, "invalid_payload: Property .discount must have required property 'units'"},
		{`{"discount":{"type":"UNIT","units":[]}}`, "invalid_payload: Property .discount.units must NOT have fewer than 1 items"},
		{`{"discount":{"type":"UNIT","units":[{"unit_off":1,"unit_type":"prod_5h1pp1ng"}]}}`, "invalid_payload: Property .discount.units[0] must have required property 'effect'"},
		{`{"discount":{"type":"UNIT","units":[{"unit_off_formula":"1 +","unit_type":"prod_5h1pp1ng","effect":"ADD_NEW_ITEMS"}]}}`, "invalid_payload: Property .discount.units[0].unit_off_formula is not a valid formula: a value expected, the end found at character 4"},
		{`{"discount":{"type":"PERCENT","percent_off":0}}`, ""},
		{`{"discount":{"type":"PERCENT","percent_off":100,"amount_limit":0}}`, ""},
		{`{"discount":{"type":"PERCENT","percent_off":5,"amount_off":-1,"unit_off":-1}}`, ""}, // members of other kinds are ignored
		{`{"gift":{"amount":null}}`, "invalid_payload: Property .gift must have required property 'amount'"},
		{`{"gift":{"amount":-1}}`, "invalid_payload: Property .gift.amount must be >= 0"},
		{`{"gift":{"amount":10.5}}`, "Property .gift.amount must be integer"},
		{`{"gift":{"amount":10.0,"balance":"ignored"}}`, ""},
		{`{"gift":{"amount":10,"effect":"APPLY_TO_ITEMS_BY_QUANTITY"}}`, "Property .gift.effect must be equal to one of the allowed values [ APPLY_TO_ORDER, APPLY_TO_ITEMS ]"},
		{`{"type":"LUCKY_DRAW"}`, "Property .type must be equal to one of the allowed values [ DISCOUNT_VOUCHER, GIFT_VOUCHER, LOYALTY_CARD ]"},
		{`{"redemption":{"quantity":"5"}}`, "Property .redemption.quantity must be number,null"},
		{`{"redemption":{"quantity":true}}`, "Property .redemption.quantity must be number,null"},
		{`{"redemption":{"quantity":1.5}}`, "Property .redemption.quantity must be integer"},
		{`{"redemption":{"quantity":0}}`, "invalid_payload: Property .redemption.quantity must be >= 1"},
		{`{"redemption":{"quantity":1e0}}`, ""},
		{`{"redemption":null,"discount":null,"gift":null,"code":null,"metadata":null,"type":null,"active":null}`, ""}, // 40 R2
		{`{"start_date":"tomorrow"}`, "Property .start_date cannot be recognized as a ISO-8601 compliant date"},
		{`{"expiration_date":"2025-02-29"}`, "Property .expiration_date cannot be recognized as a ISO-8601 compliant date"},
		{`{"metadata":[1]}`, "invalid_payload: Property .metadata must be object"},
		{`{"validity_timeframe":{"interval":"2D","duration":"PT1H"}}`, "invalid_payload: Property .validity_timeframe.interval must be an ISO 8601 duration, such as P2D"},
		{`{"validity_timeframe":{"interval":"P2D","duration":"P0D"}}`, "invalid_payload: Property .validity_timeframe.duration must be an ISO 8601 duration, such as P2D"},
		{`{"validity_day_of_week":[0,7]}`, "invalid_payload: Property .validity_day_of_week[1] must be equal to one of the allowed values [ 0, 1, 2, 3, 4, 5, 6 ]"},
		{`{"validity_day_of_week":[0,1,2,3,4,5,6,0]}`, "invalid_payload: Property .validity_day_of_week must NOT have more than 7 items"},
		{`{"validity_hours":{"daily":[{"start_time":"8:00","expiration_time":"12:00","days_of_week":[1]}]}}`, "invalid_payload: Property .validity_hours.daily[0].start_time must be a time HH:mm"},
		{`{"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"24:00","days_of_week":[1]}]}}`, "invalid_payload: Property .validity_hours.daily[0].expiration_time must be a time HH:mm"},
		{`{"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"12:00","days_of_week":[]}]}}`, "invalid_payload: Property .validity_hours.daily[0].days_of_week must NOT have fewer than 1 items"},
		{`{"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"12:00","days_of_week":[-1]}]}}`, "invalid_payload: Property .validity_hours.daily[0].days_of_week[0] must be equal to one of the allowed values [ 0, 1, 2, 3, 4, 5, 6 ]"},
	} {
		if got := body(tt.body, &campaigns.VoucherCreate{}); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.body, got, tt.want)
		}
	}
}

func TestBadVoucherUpdates(t *testing.T) { // 60 R35
	for _, tt := range []struct{ body, want string }{
		{`{"active":null}`, "invalid_payload: Property .active must be boolean"},
		{`{"metadata":"x"}`, "invalid_payload: Property .metadata must be object"},
		{`{"metadata":null,"discount":null,"start_date":null,"validity_hours":null,"additional_info":null,"category":null}`, ""},
		{`{"code":5,"campaign":5,"type":5,"redemption":5,"gift":5,"loyalty_card":5,"validation_rules":5}`, ""}, // 40 R70
	} {
		if got := body(tt.body, &campaigns.VoucherUpdate{}); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.body, got, tt.want)
		}
	}
}

// What does not fit together, refers to nothing, or is not there yet is refused before anything is written.
func TestRefusedVouchers(t *testing.T) { // 40 R6, R62, R63, R67, F
	on(t, func(w *world) {
		const discount = `"discount":{"type":"AMOUNT","amount_off":5}`
		const start = `"start_date":"2030-01-01","validity_timeframe":{"interval":"P2D","duration":"PT1H"}`
		hours := func(periods string) string { return `{` + discount + `,"validity_hours":{"daily":[` + periods + `]}}` }
		for _, tt := range []struct{ body, want string }{
			{`{}`, "invalid_voucher: One of properties 'discount', 'gift', 'loyalty_card' is required"},
			{`{"discount":null,"gift":null}`, "invalid_voucher: One of properties 'discount', 'gift', 'loyalty_card' is required"},
			{`{"type":"GIFT_VOUCHER",` + discount + `}`, "invalid_voucher: Property 'discount' is not allowed for GIFT_VOUCHER voucher"},
			{`{"type":"GIFT_VOUCHER"}`, "invalid_voucher: Property 'gift' is required for GIFT_VOUCHER voucher"},
			{`{"type":"DISCOUNT_VOUCHER"}`, "invalid_voucher: Property 'discount' is required for DISCOUNT_VOUCHER voucher"},
			{`{"gift":{"amount":5},` + discount + `}`, "invalid_voucher: Property 'gift' is not allowed for DISCOUNT_VOUCHER voucher"},
			{`{"loyalty_card":{"points":5}}`, "invalid_voucher: Property 'campaign' is required for LOYALTY_CARD voucher"},
			{`{"campaign":"Pine",` + discount + `}`, "not_found: Cannot find campaign with id Pine"},
			{`{"campaign":"Pine","campaign_id":"camp_1",` + discount + `}`, "not_found: Cannot find campaign with id camp_1"},
			{`{"campaign":null,` + discount + `,"category_id":"cat_1","category":"x"}`, "not_found: Cannot find category with id cat_1"},
			{`{` + discount + `,"category":"New Customers"}`, "invalid_payload: Property .category is not supported yet"},
			{`{"discount":{"type":"UNIT","unit_off":1,"unit_type":"prod_1"}}`, "not_found: Cannot find product with id prod_1"},
			{`{"discount":{"type":"UNIT","unit_off":1,"unit_type":"pc_1","effect":"ADD_SAME_ITEMS"}}`, "not_found: Cannot find products_collection with id pc_1"},
			{`{"discount":{"type":"UNIT","units":[{"unit_off":1,"unit_type":"prod_5h1pp1ng","effect":"ADD_NEW_ITEMS"},{"unit_off":1,"unit_type":"prod_2","effect":"ADD_NEW_ITEMS"}]}}`, "not_found: Cannot find product with id prod_2"},
			{`{` + discount + `,"validation_rules":["val_1","val_2"]}`, "not_found: Cannot find validation_rules with id val_1"},
			{`{` + discount + `,"validity_timeframe":{"interval":"P2D","duration":"PT1H"}}`, "invalid_voucher: Property 'start_date' is required for validity_timeframe"},
			{`{` + discount + `,` + start + `,"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"09:00","days_of_week":[1]}]}}`, "invalid_voucher: validity_hours cannot be combined with validity_timeframe or validity_day_of_week"},
			{hours(`{"start_time":"12:00","expiration_time":"08:00","days_of_week":[1]}`), "invalid_voucher: Periods of validity_hours must not end before they start"},
			{hours(`{"start_time":"08:00","expiration_time":"12:00","days_of_week":[1,2]},{"start_time":"11:59","expiration_time":"13:00","days_of_week":[2]}`), "invalid_voucher: Periods of validity_hours must not overlap"},
			{hours(`{"start_time":"08:00","expiration_time":"08:00","days_of_week":[1]},{"start_time":"08:00","expiration_time":"08:00","days_of_week":[1]}`), "invalid_voucher: Periods of validity_hours must not overlap"},
			{`{"code":"","discount":{"type":"AMOUNT","amount_off":5}}`, "invalid_payload: Property .code must NOT have fewer than 1 characters"},
			{`{` + discount + `,"code_config":{"charset":""}}`, "invalid_code_config: Property .code_config.charset must NOT be empty"},
		} {
			w.refused(tt.body, w.create(tt.body), tt.want)
		}
		for _, fine := range []string{
			`{` + discount + `,"validity_hours":{"daily":[{"start_time":"08:00","expiration_time":"12:00","days_of_week":[1,2]},{"start_time":"12:00","expiration_time":"13:00","days_of_week":[2]},{"start_time":"08:30","expiration_time":"09:00","days_of_week":[3]}]}}`,
			`{` + discount + `,` + start + `,"validity_day_of_week":[4]}`,
			`{` + discount + `,"start_date":"2031-01-01","expiration_date":"2030-01-01"}`, // no rule forbids it for vouchers
			`{` + discount + `,"validation_rules":[],"loyalty_card":null,"campaign":null,"category_id":null}`,
			`{` + discount + `,"code":"chosen","code_config":{"charset":""}}`, // the code wins (40 R62)
			`{"discount":{"type":"FIXED","effect":"APPLY_TO_ITEMS"}}`,         // its prices may stand on the entries of rules (10-pricing b.1)
			`{"discount":{"type":"FIXED","fixed_amount_formula":"ORDER_AMOUNT / 2"}}`,
			`{"discount":{"type":"AMOUNT","amount_off":5,"effect":"APPLY_TO_ITEMS_BY_QUANTITY"}}`,
			`{"discount":{"type":"UNIT","unit_off":1,"unit_type":"prod_5h1pp1ng","effect":"ADD_MISSING_ITEMS"}}`,
			`{"discount":{"type":"UNIT","unit_off":1,"unit_type":"pc_a11pr0dUc75","effect":"ADD_SAME_ITEMS"}}`,
			`{"gift":{"amount":5,"effect":"APPLY_TO_ITEMS"}}`,
		} {
			w.refused(fine, w.create(fine), "none")
		}
		w.same("vouchers made", w.list(store.PageQuery{}).Total, 11)
	})
}
