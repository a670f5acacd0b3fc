package promo

import "time"

// The ids of the catalogue: `prod_` and `sku_` with a sortable body, `pc_` and 24 random characters (60 2.1).
type (
	ProductID    string
	SKUID        string
	CollectionID string
)

// What is built in (10-pricing b.0).
const (
	AllProducts     CollectionID = "pc_a11pr0dUc75" // matches every line
	ShippingProduct ProductID    = "prod_5h1pp1ng"
	ShippingSource               = "5h1pp1ng"
)

// Product is a product of the catalogue (60 3.5).
type Product struct {
	ID         ProductID  `json:"id"`
	SourceID   *string    `json:"source_id,omitzero"`
	Name       string     `json:"name"`
	Price      *Decimal   `json:"price,omitzero"` // minor units
	Attributes []string   `json:"attributes,omitzero"`
	ImageURL   *string    `json:"image_url,omitzero"`
	Metadata   Metadata   `json:"metadata,omitzero"`
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at,omitzero"`
}

// SKU is one kind of a product (60 3.5).
type SKU struct {
	ID         SKUID      `json:"id"`
	SourceID   *string    `json:"source_id,omitzero"`
	Product    ProductID  `json:"product"`
	SKU        string     `json:"sku"` // its name
	Price      *Decimal   `json:"price,omitzero"`
	Attributes Metadata   `json:"attributes,omitzero"`
	ImageURL   *string    `json:"image_url,omitzero"`
	Metadata   Metadata   `json:"metadata,omitzero"`
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at,omitzero"`
}

// CoinReward pays with points (10-pricing b.3): PointsRatio points are worth ExchangeRatio in major units. After a tier's
// mapping the ratio may be fractional (R93).
type CoinReward struct {
	ExchangeRatio Decimal `json:"exchange_ratio"`
	PointsRatio   Decimal `json:"points_ratio"`
}
