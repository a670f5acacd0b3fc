package auth

import (
	"slices"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

func TestTheTableOfRoles(t *testing.T) { // 70 7.2, R120, R121, R122
	all := []promo.Role{promo.RoleAdmin, promo.RoleUser, promo.RoleViewer, promo.RoleMerchant, promo.RoleUserRestricted}
	admin, user, viewer, merchant, restricted := all[0], all[1], all[2], all[3], all[4]
	for permission, may := range map[string][]promo.Role{
		"project-settings.manage": {admin},
		"project-settings.read":   {admin},
		"api-keys.read":           {admin},
		"webhooks.manage":         {admin},
		"metadata-schemas.manage": {admin},
		"metadata-schemas.read":   {admin, user, viewer, restricted},
		"vouchers.manage":         {admin, user, restricted},
		"validation-rules.manage": {admin, user, restricted},
		"customers.manage":        {admin, user, restricted},
		"campaigns.read":          {admin, user, viewer, restricted},
		"products.read":           {admin, user, viewer, restricted},
		"redemptions.read":        {admin, user, viewer, merchant, restricted},
		"vouchers.read":           {admin, user, viewer, merchant, restricted},
		"exports.manage":          {admin, user, viewer, restricted},
		"validations.run":         {admin, user, merchant, restricted},
		"redemptions.redeem":      {admin, user, merchant, restricted},
		"redemptions.stack":       {admin, user, restricted},
		"redemptions.rollback":    {admin, user, restricted},
		"publications.manage":     {admin, user, restricted},
		"categories.read":         {admin, user, viewer, restricted},
		"categories.manage":       {admin, user, restricted},
		"stacking-rules.read":     {admin, user, viewer, restricted},
		"stacking-rules.manage":   {admin},
		"areas.read":              {admin, user, viewer, merchant},
		"areas.manage":            {admin},
		"consents.read":           {admin, user},
		"consents.manage":         {admin, user},
	} {
		if !slices.Contains(Permissions, permission) {
			t.Errorf("%s is no permission", permission)
		}
		for _, role := range all {
			if refused := Permit(role, permission); (refused == nil) != slices.Contains(may, role) {
				t.Errorf("%s, %s: %v", role, permission, refused)
			}
		}
	}
	refused := Permit("role_unknown", "vouchers.read")
	if refused == nil || refused.Key != "missing_required_permission" || refused.Message != "Missing permission" ||
		refused.Details != "User does not have a required permission to perform this operation." {
		t.Error(refused)
	}
}

func TestPermissionCodes(t *testing.T) { // 70 R122
	if n := len(slices.Compact(slices.Sorted(slices.Values(Permissions)))); n != 28*2+11 || n != len(Permissions) {
		t.Errorf("%d codes of %d", n, len(Permissions))
	}
	for _, row := range capabilities {
		for _, code := range row.codes {
			if !slices.Contains(Permissions, code) {
				t.Errorf("the table has %s, which is no code", code)
			}
		}
	}
}
