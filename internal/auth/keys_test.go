package auth

import (
	"fmt"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/storetest"
)

func TestTheLifeOfAKey(t *testing.T) { // 70 R25, R26, R43, R44, R49
	w := newWorld(t)
	s := w.shop("Tea")
	id, first := s.server.Key.AppID, s.server.Token
	token := s.token("api")

	rotated, err := w.RotateKey(w.ctx, w.call(), id)
	w.must(err)
	second := rotated.Secret.Token
	if second == first || rotated.Secret.Key.AppID != id || *rotated.Secret.Key.RegeneratedAt != noon {
		t.Errorf("rotation gave %+v", rotated)
	}
	if w.opens(id, first) || !w.opens(id, second) {
		t.Error("the old secret opens, or the new one does not")
	}
	if !w.works(token) {
		t.Error("a token ended with the secret of its key")
	}
	switchTo := func(status promo.KeyStatus) {
		out, err := w.SetStatus(w.ctx, w.call(), id, status)
		w.must(err)
		if out.Refused != nil || out.Secret.Key.Status != status || out.Secret.Token != "" {
			t.Errorf("%s gave %+v", status, out)
		}
	}
	switchTo(promo.KeyBlocked)
	if w.opens(id, second) || w.works(token) {
		t.Error("a blocked key, or its token, opens")
	}
	if _, refused, err := w.OAuthClient(w.ctx, id, second); err != nil || refused == nil {
		t.Error("a blocked key may buy tokens", err)
	}
	switchTo(promo.KeyActive)
	if !w.opens(id, second) || !w.works(token) {
		t.Error("an unblocked key, or its token, stays shut")
	}
	other := s.identity(w.key(NewKey{Kind: promo.ServerKey, Project: s.id, Name: "other"}))
	if out, err := w.DeleteKey(w.ctx, w.call(), id); err != nil || out.Refused != nil {
		t.Error(out.Refused, err)
	}
	if w.opens(id, second) || w.works(token) {
		t.Error("a deleted key, or its token, opens")
	}
	if live, _, err := w.Introspect(w.ctx, other, token); err != nil || live != nil {
		t.Error("the token of a deleted key is active", err)
	}
	if out, err := w.DeleteKey(w.ctx, w.call(), other.Key.AppID); err != nil || out.Refused != nil { // the last one
		t.Error(out.Refused, err)
	}
	for _, change := range []func() (KeyChange, error){
		func() (KeyChange, error) { return w.DeleteKey(w.ctx, w.call(), id) },
		func() (KeyChange, error) { return w.RotateKey(w.ctx, w.call(), id) },
		func() (KeyChange, error) { return w.SetStatus(w.ctx, w.call(), id, promo.KeyActive) },
	} {
		if out, err := change(); err != nil || out.Refused == nil || out.Refused.Key != "not_found" || out.Refused.ResourceID != id {
			t.Error("a key that is gone:", out.Refused, err)
		}
	}
}

func TestKeysThatCannotBe(t *testing.T) { // 70 R41, R45, R47; section 11
	w := newWorld(t)
	s := w.shop("Tea")
	for name, tt := range map[string]struct {
		key  NewKey
		want string
	}{
		"of no kind":          {NewKey{Project: s.id}, "invalid_payload"},
		"of a later kind":     {NewKey{Kind: promo.OAuthServiceKey, Project: s.id}, "invalid_payload"},
		"of no project":       {NewKey{Kind: promo.ServerKey}, "not_found"},
		"of another project":  {NewKey{Kind: promo.ServerKey, Project: "proj_none"}, "not_found"},
		"of management":       {NewKey{Kind: promo.ManagementKey, Project: s.id}, "invalid_payload"},
		"with a wrong role":   {NewKey{Kind: promo.ServerKey, Project: s.id, Role: "OWNER"}, "used_incorrect_role"},
		"restricted to areas": {NewKey{Kind: promo.ServerKey, Project: s.id, Role: promo.RoleUserRestricted}, "used_incorrect_role"},
		"with a wrong list":   {NewKey{Kind: promo.ServerKey, Project: s.id, IPAllowList: []string{"10.0.0.0/8", "shop.example"}}, "invalid_payload"},
	} {
		out, err := w.CreateKey(w.ctx, w.call(), tt.key)
		w.must(err)
		if out.Refused == nil || out.Refused.Key != tt.want {
			t.Errorf("a key %s: %v", name, out.Refused)
		}
	}
	if made := storetest.AtOnce(8, func(i int) bool {
		out, err := w.CreateKey(w.ctx, w.call(), NewKey{Kind: promo.ManagementKey, Name: fmt.Sprint(i)})
		w.must(err)
		return out.Refused == nil
	}); made != ManagementMost {
		t.Errorf("%d management keys", made)
	}
	keys, err := w.ListKeys(w.ctx, promo.Instance)
	w.must(err)
	primary := 0
	for _, k := range keys {
		if k.Primary {
			primary++
		}
	}
	if len(keys) != ManagementMost || primary != 1 {
		t.Errorf("%d keys are listed, %d of them primary", len(keys), primary)
	}
	second := w.key(NewKey{Kind: promo.ServerKey, Project: s.id, Name: "partner", Role: promo.RoleMerchant})
	if second.Key.Primary || second.Key.Role != promo.RoleMerchant {
		t.Errorf("the second key is %+v", second.Key)
	}
}

func TestATokenFollowsItsKey(t *testing.T) { // 70 R24
	w := newWorld(t)
	s := w.shop("Tea")
	token := s.token("vouchers")
	if out, err := w.changeKey(w.ctx, w.call(), s.server.Key.AppID, func(c *store.Change, key *promo.APIKey) (Secret, error) {
		key.IPAllowList = []string{"10.0.0.0/8"}
		return Secret{}, store.Keys.Save(c, key)
	}); err != nil || out.Refused != nil {
		t.Fatal(out.Refused, err)
	}
	who, refused, err := w.Bearer(w.ctx, token)
	w.must(err)
	if refused != nil || len(who.Key.IPAllowList) != 1 || who.Key.Role != promo.RoleAdmin || !who.Scopes.Has("vouchers") || who.Scopes.Has("api") {
		t.Errorf("%+v, %v", who, refused)
	}
}
