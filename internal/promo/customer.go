package promo

import "time"

// CustomerID is `cust_` and 24 random characters (60 2.1).
type CustomerID string

// Customer is what is kept of a person (60 2.5); summaries and points are worked out.
type Customer struct {
	ID          CustomerID `json:"id"`
	SourceID    *string    `json:"source_id,omitzero"`
	Tracking    string     `json:"tracking,omitzero"` // of the source id, known or not (30 R10, R16)
	Name        *string    `json:"name,omitzero"`
	Description *string    `json:"description,omitzero"`
	Email       *string    `json:"email,omitzero"`
	Phone       *string    `json:"phone,omitzero"`
	Birthdate   *string    `json:"birthdate,omitzero"` // YYYY-MM-DD
	Birthday    *string    `json:"birthday,omitzero"`
	Address     *Address   `json:"address,omitzero"`
	Metadata    Metadata   `json:"metadata,omitzero"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   *time.Time `json:"updated_at,omitzero"`
}

// Address is a postal address: only members ever sent are kept, null ones included (60 R36).
type Address struct {
	City       Opt[string] `json:"city,omitzero"`
	State      Opt[string] `json:"state,omitzero"`
	Line1      Opt[string] `json:"line_1,omitzero"`
	Line2      Opt[string] `json:"line_2,omitzero"`
	Country    Opt[string] `json:"country,omitzero"`
	PostalCode Opt[string] `json:"postal_code,omitzero"`
}
