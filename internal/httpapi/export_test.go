package httpapi

import "github.com/scrip-dev/scrip/internal/promo"

// StatusOfKey is the status of an error key.
func StatusOfKey(key string) int { return statusOf(&promo.Refusal{Key: key}) }
