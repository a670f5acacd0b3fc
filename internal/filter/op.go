package filter

import (
	"slices"
	"strings"
)

// Op is an operator by its wire name (60 R63).
type Op string

// The operators of 60 R63, in the order in which the public API lists them.
const (
	In                   Op = "$in"
	NotIn                Op = "$not_in"
	InLocation           Op = "$in_location"
	NotInLocation        Op = "$not_in_location"
	Is                   Op = "$is"
	IsDaysAgo            Op = "$is_days_ago"
	IsDaysInFuture       Op = "$is_days_in_future"
	IsNot                Op = "$is_not"
	HasValue             Op = "$has_value"
	IsUnknown            Op = "$is_unknown"
	Contains             Op = "$contains"
	NotContain           Op = "$not_contain"
	StartsWith           Op = "$starts_with"
	EndsWith             Op = "$ends_with"
	MoreThan             Op = "$more_than"
	LessThan             Op = "$less_than"
	MoreThanAgo          Op = "$more_than_ago"
	LessThanAgo          Op = "$less_than_ago"
	MoreThanFuture       Op = "$more_than_future"
	LessThanFuture       Op = "$less_than_future"
	MoreThanEqual        Op = "$more_than_equal" // also $more_than_or_equal
	LessThanEqual        Op = "$less_than_equal" // also $less_than_or_equal
	After                Op = "$after"
	Before               Op = "$before"
	Count                Op = "$count"
	CountLess            Op = "$count_less"
	CountMore            Op = "$count_more"
	Today                Op = "$today"
	Tomorrow             Op = "$tomorrow"
	Yesterday            Op = "$yesterday"
	ThisWeek             Op = "$this_week"
	LastWeek             Op = "$last_week"
	NextWeek             Op = "$next_week"
	ThisMonth            Op = "$this_month"
	LastMonth            Op = "$last_month"
	NextMonth            Op = "$next_month"
	ThisYear             Op = "$this_year"
	NextYear             Op = "$next_year"
	LastYear             Op = "$last_year"
	IsDayOfMonth         Op = "$is_day_of_month"
	IsDay                Op = "$is_day"
	IsMonth              Op = "$is_month"
	IsYear               Op = "$is_year"
	TodayMD              Op = "$today_md"
	TomorrowMD           Op = "$tomorrow_md"
	YesterdayMD          Op = "$yesterday_md"
	ThisWeekMD           Op = "$this_week_md"
	LastWeekMD           Op = "$last_week_md"
	NextWeekMD           Op = "$next_week_md"
	ThisMonthMD          Op = "$this_month_md"
	LastMonthMD          Op = "$last_month_md"
	NextMonthMD          Op = "$next_month_md"
	IsDaysAgoMD          Op = "$is_days_ago_md"
	IsMoreDaysAgoMD      Op = "$is_more_days_ago_md"
	IsLessDaysAgoMD      Op = "$is_less_days_ago_md"
	IsDaysInFutureMD     Op = "$is_days_in_future_md"
	IsMoreDaysInFutureMD Op = "$is_more_days_in_future_md"
	IsLessDaysInFutureMD Op = "$is_less_days_in_future_md"
	IsYearsAgo           Op = "$is_years_ago"
	Active               Op = "$active"
	Failed               Op = "$failed"
	InProgress           Op = "$in_progress"
	Expired              Op = "$expired"
	BeforeStart          Op = "$before_start"
	Enabled              Op = "$enabled"
	Disabled             Op = "$disabled"
	Redeemed             Op = "$redeemed"
	Redeemable           Op = "$redeemable"
)

var operators = []Op{
	In, NotIn, InLocation, NotInLocation, Is, IsDaysAgo, IsDaysInFuture, IsNot, HasValue, IsUnknown, Contains,
	NotContain, StartsWith, EndsWith, MoreThan, LessThan, MoreThanAgo, LessThanAgo, MoreThanFuture, LessThanFuture,
	MoreThanEqual, LessThanEqual, After, Before, Count, CountLess, CountMore, Today, Tomorrow, Yesterday, ThisWeek,
	LastWeek, NextWeek, ThisMonth, LastMonth, NextMonth, ThisYear, NextYear, LastYear, IsDayOfMonth, IsDay, IsMonth,
	IsYear, TodayMD, TomorrowMD, YesterdayMD, ThisWeekMD, LastWeekMD, NextWeekMD, ThisMonthMD, LastMonthMD, NextMonthMD,
	IsDaysAgoMD, IsMoreDaysAgoMD, IsLessDaysAgoMD, IsDaysInFutureMD, IsMoreDaysInFutureMD, IsLessDaysInFutureMD,
	IsYearsAgo, Active, Failed, InProgress, Expired, BeforeStart, Enabled, Disabled, Redeemed, Redeemable,
}

// The groups below say which operators fit which type of field; a field may list fewer.
var (
	anyOps      = []Op{In, NotIn, Is, IsNot, HasValue, IsUnknown}
	containsOps = []Op{Contains, NotContain}
	affixOps    = []Op{StartsWith, EndsWith}
	orderOps    = []Op{MoreThan, LessThan}
	orEqualOps  = []Op{MoreThanEqual, LessThanEqual}
	whenOps     = []Op{
		IsDaysAgo, IsDaysInFuture, MoreThanAgo, LessThanAgo, MoreThanFuture, LessThanFuture, After, Before,
		Today, Tomorrow, Yesterday, ThisWeek, LastWeek, NextWeek, ThisMonth, LastMonth, NextMonth,
		ThisYear, NextYear, LastYear, IsDayOfMonth, IsDay, IsMonth, IsYear, IsYearsAgo,
	}
	anniversaryOps = []Op{
		TodayMD, TomorrowMD, YesterdayMD, ThisWeekMD, LastWeekMD, NextWeekMD, ThisMonthMD, LastMonthMD, NextMonthMD,
		IsDaysAgoMD, IsMoreDaysAgoMD, IsLessDaysAgoMD, IsDaysInFutureMD, IsMoreDaysInFutureMD, IsLessDaysInFutureMD,
	}
	countOps    = []Op{Count, CountLess, CountMore}
	locationOps = []Op{InLocation, NotInLocation}
	stateOps    = []Op{Active, Failed, InProgress, Expired, BeforeStart, Enabled, Disabled, Redeemed, Redeemable}
)

// ParseOp finds an operator by its wire name, the second spelling of the two that have one included (60 R63).
func ParseOp(name string) (Op, bool) {
	switch name {
	case "$more_than_or_equal":
		return MoreThanEqual, true
	case "$less_than_or_equal":
		return LessThanEqual, true
	}
	op := Op(name)
	return op, slices.Contains(operators, op)
}

// negates names the operator whose opposite op is. Opposites hold for null and missing values (60 R63).
func (op Op) negates() (Op, bool) {
	switch op {
	case IsNot:
		return Is, true
	case NotIn:
		return In, true
	case NotContain:
		return Contains, true
	case IsUnknown:
		return HasValue, true
	}
	return op, false
}

// takesList tells the operators whose values are one predicate; every other value is a predicate of its own (60 R60).
func (op Op) takesList() bool { return op == In || op == NotIn || slices.Contains(locationOps, op) }

// ignoresValue tells the operators that say everything themselves, like $is_unknown, $today and $active (60 R63).
func (op Op) ignoresValue() bool {
	return op == HasValue || op == IsUnknown || slices.Contains(stateOps, op) || isCalendarWord(op)
}

func isCalendarWord(op Op) bool {
	name := strings.TrimSuffix(string(op), "_md")
	switch name {
	case "$today", "$tomorrow", "$yesterday":
		return true
	}
	return strings.HasPrefix(name, "$this_") || strings.HasPrefix(name, "$last_") || strings.HasPrefix(name, "$next_")
}
