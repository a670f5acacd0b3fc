package auth

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/promo"
)

// roles are the built-in ones. Roles made by duplicating another come with their own issue.
var roles = []promo.Role{promo.RoleAdmin, promo.RoleUser, promo.RoleViewer, promo.RoleMerchant, promo.RoleUserRestricted}

func isRole(r promo.Role) bool { return slices.Contains(roles, r) }

// incorrectRole refuses a role that there is not (70 4.3).
func incorrectRole(r string) *promo.Refusal {
	return &promo.Refusal{Key: "used_incorrect_role", Message: "Used incorrect role", Details: "The role '" + r + "' is incorrect"}
}

// resources are what the permission codes <resource>.read and <resource>.manage speak of (70 R122).
var resources = []string{"vouchers", "campaigns", "promotions", "loyalties", "referrals", "rewards", "validation-rules", "products",
	"product-collections", "customers", "segments", "orders", "publications", "distributions", "categories", "stacking-rules",
	"metadata-schemas", "event-schemas", "locations", "templates", "areas", "trash-bin", "exports", "consents", "project-settings",
	"webhooks", "api-keys", "approvals"}

// singles are the codes that are neither (70 R122).
var singles = []string{"redemptions.read", "redemptions.redeem", "redemptions.stack", "redemptions.rollback", "validations.run",
	"qualifications.run", "events.track", "async-actions.read", "logs.read", "project-users.read", "areas.join"}

// Permissions are all permission codes.
var Permissions = slices.Concat(withAction("read", resources...), withAction("manage", resources...), singles)

// withAction makes codes of one action.
func withAction(action string, of ...string) []string {
	codes := make([]string, len(of))
	for i, resource := range of {
		codes[i] = resource + "." + action
	}
	return codes
}

// The columns of the table of 70 7.2 beside ADMIN, which may do everything.
const (
	user = 1 << iota
	viewer
	merchant
	restricted
)

// capabilities is the table of 70 7.2, row by row. What no row names is ADMIN's alone: settings, keys, webhooks, and
// changes of schemas, stacking rules and areas.
var capabilities = []struct {
	codes []string
	who   int
}{
	{slices.Concat(withAction("manage", "vouchers", "campaigns", "promotions", "loyalties", "referrals", "rewards", "validation-rules",
		"products", "product-collections", "customers", "segments", "orders", "distributions", "locations", "templates", "trash-bin",
		"approvals"), []string{"events.track"}), user | restricted},
	{slices.Concat(withAction("read", "campaigns", "promotions", "loyalties", "referrals", "rewards", "validation-rules", "products",
		"product-collections", "segments", "publications", "distributions", "metadata-schemas", "event-schemas", "locations",
		"templates", "trash-bin", "exports", "approvals", "async-actions", "logs", "project-users")), user | viewer | restricted},
	{withAction("read", "redemptions", "vouchers", "customers", "orders"), user | viewer | merchant | restricted}, // validations, redemptions and related data
	{withAction("manage", "exports"), user | viewer | restricted},
	{[]string{"validations.run", "redemptions.redeem"}, user | merchant | restricted}, // one incentive (70 R121)
	{[]string{"redemptions.stack", "qualifications.run"}, user | restricted},
	{[]string{"redemptions.rollback", "publications.manage"}, user | restricted},
	{withAction("read", "categories"), user | viewer | restricted},
	{withAction("manage", "categories"), user | restricted},
	{withAction("read", "stacking-rules"), user | viewer | restricted},
	{withAction("read", "areas"), user | viewer | merchant},
	{slices.Concat(withAction("read", "consents"), withAction("manage", "consents")), user},
}

// allowed are the codes of each role but ADMIN.
var allowed = func() map[promo.Role]map[string]bool {
	m := map[promo.Role]map[string]bool{}
	for role, column := range map[promo.Role]int{promo.RoleUser: user, promo.RoleViewer: viewer, promo.RoleMerchant: merchant,
		promo.RoleUserRestricted: restricted} {
		m[role] = map[string]bool{}
		for _, row := range capabilities {
			for _, code := range row.codes {
				m[role][code] = m[role][code] || row.who&column != 0
			}
		}
	}
	return m
}()

// Allows reports whether a role has a permission, which is a code such as vouchers.read. An unknown role has none.
func Allows(role promo.Role, permission string) bool {
	return role == promo.RoleAdmin || allowed[role][permission]
}

// Permit refuses a role that lacks a permission (70 R120).
func Permit(role promo.Role, permission string) *promo.Refusal {
	if Allows(role, permission) {
		return nil
	}
	return &promo.Refusal{Key: "missing_required_permission", Message: "Missing permission",
		Details: "User does not have a required permission to perform this operation."}
}
