package promo

import "time"

// StackingRules say how redeemables of one request go together (30 b.9). One set per project.
type StackingRules struct {
	ID string `json:"id,omitzero"` // `stk_…`; "" on the defaults

	RedeemablesLimit         int64                `json:"redeemables_limit"`
	ApplicableLimit          int64                `json:"applicable_redeemables_limit"`
	ApplicablePerCategory    *int64               `json:"applicable_redeemables_per_category_limit,omitzero"` // nil: no limit
	CategoryLimits           map[CategoryID]int64 `json:"applicable_redeemables_category_limits,omitzero"`
	ExclusiveLimit           int64                `json:"applicable_exclusive_redeemables_limit"`
	ExclusivePerCategory     *int64               `json:"applicable_exclusive_redeemables_per_category_limit,omitzero"`
	ExclusiveCategories      []CategoryID         `json:"exclusive_categories,omitzero"`
	JointCategories          []CategoryID         `json:"joint_categories,omitzero"`
	ApplicationMode          ApplicationMode      `json:"redeemables_application_mode"`
	SortingRule              SortingRule          `json:"redeemables_sorting_rule"`
	GroupedSortingRule       GroupedSortingRule   `json:"grouped_redeemables_sorting_rule"`
	ProductsMode             ProductsMode         `json:"redeemables_products_application_mode"`
	NoEffectRule             NoEffectRule         `json:"redeemables_no_effect_rule"`
	NoEffectSkip             []CategoryID         `json:"no_effect_skip_categories,omitzero"`
	NoEffectRedeem           []CategoryID         `json:"no_effect_redeem_anyway_categories,omitzero"`
	RollbackOrderMode        RollbackOrderMode    `json:"redeemables_rollback_order_mode"`
	CalculationMode          CalculationMode      `json:"discount_calculation_mode"`
	InitialModeCategories    []CategoryID         `json:"initial_amount_mode_categories,omitzero"`
	DiscountedModeCategories []CategoryID         `json:"discounted_amount_mode_categories,omitzero"`
	CreatedAt                *time.Time           `json:"created_at,omitzero"`
	UpdatedAt                *time.Time           `json:"updated_at,omitzero"`
}

// The modes and rules of stacking (30 b.9).
type (
	ApplicationMode    string // whether one failure fails all
	SortingRule        string // the order of application
	GroupedSortingRule string // where joint ones stand among exclusive ones
	ProductsMode       string // whether several item discounts may hit one line
	NoEffectRule       string // what to do with what discounts nothing
	RollbackOrderMode  string // whether a rollback reverts the order
	CalculationMode    string // what percentages are taken of
)

// Their values. The second grouped rule has no published name (30 G2).
const (
	ApplyAll             ApplicationMode    = "ALL"
	ApplyPartial         ApplicationMode    = "PARTIAL"
	RequestedOrder       SortingRule        = "REQUESTED_ORDER"
	CategoryHierarchy    SortingRule        = "CATEGORY_HIERARCHY"
	JointAlwaysLast      GroupedSortingRule = "JOINT_ALWAYS_LAST"
	ConfiguredSorting    GroupedSortingRule = "CONFIGURED_SORTING_RULE"
	ProductsStack        ProductsMode       = "STACK"
	ProductsOnce         ProductsMode       = "ONCE"
	RedeemAnyway         NoEffectRule       = "REDEEM_ANYWAY"
	SkipWithoutEffect    NoEffectRule       = "SKIP"
	RollbackWithOrder    RollbackOrderMode  = "WITH_ORDER"
	RollbackWithoutOrder RollbackOrderMode  = "WITHOUT_ORDER"
	DiscountedAmount     CalculationMode    = "DISCOUNTED_AMOUNT"
	InitialAmount        CalculationMode    = "INITIAL_AMOUNT"
)

// RedeemablesMost is how many redeemables a request may have at the most (30 R2).
const RedeemablesMost = 30

// DefaultStackingRules are in force until a project has its own (30 b.9, G1).
func DefaultStackingRules() *StackingRules {
	return &StackingRules{RedeemablesLimit: RedeemablesMost, ApplicableLimit: 5, ExclusiveLimit: 1, ApplicationMode: ApplyAll,
		SortingRule: RequestedOrder, GroupedSortingRule: JointAlwaysLast, ProductsMode: ProductsStack, NoEffectRule: RedeemAnyway,
		RollbackOrderMode: RollbackWithOrder, CalculationMode: DiscountedAmount}
}
