package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// A connection keeps every statement it prepared. Those of filters are as many as callers think of, and are not kept.
func TestFiltersLeaveNoStatements(t *testing.T) {
	b, err := Open(filepath.Join(t.TempDir(), "scrip.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(b)
	defer func() { _ = s.Close() }()
	for i := range 300 {
		f, fault := filter.Parse(fmt.Sprintf("filters[metadata.k%d][conditions][$is]=x", i), store.VoucherList.Fields)
		if fault != nil {
			t.Fatal(fault)
		}
		err := s.Read(context.Background(), promo.ProjectID("proj_1"), func(r store.Reader) error {
			_, _, err := store.VoucherList.Page(r, store.PageQuery{Limit: 10, Filter: f})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range cap(b.readers) {
		conn := <-b.readers
		if kept := reflect.ValueOf(conn).Elem().FieldByName("stmts").Len(); kept > 50 {
			t.Errorf("%d statements are kept", kept)
		}
		defer func() { b.readers <- conn }()
	}
}
