package auth

import (
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Permit refuses a role that lacks a permission (70 R120). Permissions are codes such as vouchers.read (70 R122).
func Permit(role promo.Role, permission string) *promo.Refusal {
	if Allows(role, permission) {
		return nil
	}
	return &promo.Refusal{Key: "missing_required_permission", Message: "Missing permission",
		Details: "User does not have a required permission to perform this operation."}
}

// settings are what only an administrator changes (70 7.2, first row).
var settings = []string{"project-settings", "webhooks", "api-keys", "metadata-schemas", "event-schemas", "stacking-rules", "areas"}

// merchant is all a merchant key may do: see validations, redemptions and related data, and use the single-redeemable
// endpoints (70 R121), which ask for redemptions.redeem and validations.run.
var merchant = []string{"redemptions.read", "redemptions.redeem", "validations.run", "vouchers.read", "orders.read", "customers.read", "areas.read"}

// Allows is the table of 70 7.2. Roles made by duplicating another are for a later issue; an unknown role allows nothing.
func Allows(role promo.Role, permission string) bool {
	resource, action, _ := strings.Cut(permission, ".")
	changes := action != "read"
	switch role {
	case promo.RoleAdmin:
		return true
	case promo.RoleUser:
		return !changes || !slices.Contains(settings, resource)
	case promo.RoleViewer:
		return (!changes || resource == "exports") && resource != "consents"
	case promo.RoleMerchant:
		return slices.Contains(merchant, permission)
	case promo.RoleUserRestricted:
		return (!changes || !slices.Contains(settings, resource)) && resource != "consents" && resource != "areas"
	}
	return false
}
