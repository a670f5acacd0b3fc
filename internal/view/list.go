package view

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// List is the envelope of a list (60 2.2): the rows stand under the name that data_ref gives.
type List[T any] struct {
	Ref   string
	Rows  []T
	Total int64
}

// MarshalJSONTo writes object, data_ref, the rows and total.
func (l List[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	for _, tok := range []jsontext.Token{jsontext.BeginObject, jsontext.String("object"), jsontext.String("list"),
		jsontext.String("data_ref"), jsontext.String(l.Ref), jsontext.String(l.Ref)} {
		if err := enc.WriteToken(tok); err != nil {
			return err
		}
	}
	rows := l.Rows
	if rows == nil {
		rows = []T{}
	}
	if err := json.MarshalEncode(enc, rows); err != nil {
		return err
	}
	for _, tok := range []jsontext.Token{jsontext.String("total"), jsontext.Int(l.Total), jsontext.EndObject} {
		if err := enc.WriteToken(tok); err != nil {
			return err
		}
	}
	return nil
}
