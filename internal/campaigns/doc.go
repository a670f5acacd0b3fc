// Package campaigns keeps codes: their creation, life and lists (chapter 40). Campaigns themselves come with their own
// issue; until then every voucher is standalone.
package campaigns
