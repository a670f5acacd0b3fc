-- Every table: num is the order of creation, project and id name the row, doc is the fact as JSON. Instants are
-- milliseconds since 1970, booleans 0 and 1.

CREATE TABLE epochs (
	project TEXT NOT NULL PRIMARY KEY,
	epoch   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- value is null while a counter was made but never written.
CREATE TABLE counters (
	project TEXT NOT NULL,
	name    TEXT NOT NULL,
	value   INTEGER,
	PRIMARY KEY (project, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
	num        INTEGER PRIMARY KEY,
	project    TEXT NOT NULL,
	id         TEXT NOT NULL,
	kind       TEXT NOT NULL,
	name       TEXT,
	alias      TEXT,
	owner      TEXT,
	created_at INTEGER NOT NULL,
	updated_at INTEGER,
	doc        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX records_id ON records (project, id);
CREATE UNIQUE INDEX records_name ON records (project, name) WHERE name IS NOT NULL;
CREATE UNIQUE INDEX records_alias ON records (project, alias) WHERE alias IS NOT NULL;
CREATE INDEX records_owner ON records (project, kind, owner);

CREATE TABLE vouchers (
	num             INTEGER PRIMARY KEY,
	project         TEXT NOT NULL,
	id              TEXT NOT NULL,
	code            TEXT NOT NULL, -- as codes compare in the project
	shown           TEXT NOT NULL, -- as it was written
	campaign        TEXT,
	type            TEXT NOT NULL,
	active          INTEGER NOT NULL,
	start_date      INTEGER,
	expiration_date INTEGER,
	holder          TEXT,
	quantity        INTEGER,
	free            INTEGER NOT NULL,
	created_at      INTEGER NOT NULL,
	updated_at      INTEGER,
	doc             TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX vouchers_id ON vouchers (project, id);
CREATE UNIQUE INDEX vouchers_code ON vouchers (project, code);
CREATE INDEX vouchers_created ON vouchers (project, created_at, num);
CREATE INDEX vouchers_free ON vouchers (project, campaign, num) WHERE free = 1;

CREATE TABLE customers (
	num        INTEGER PRIMARY KEY,
	project    TEXT NOT NULL,
	id         TEXT NOT NULL,
	source_id  TEXT,
	tracking   TEXT,
	created_at INTEGER NOT NULL,
	updated_at INTEGER,
	doc        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX customers_id ON customers (project, id);
CREATE UNIQUE INDEX customers_source ON customers (project, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX customers_tracking ON customers (project, tracking) WHERE tracking IS NOT NULL;
CREATE INDEX customers_created ON customers (project, created_at, num);

CREATE TABLE orders (
	num        INTEGER PRIMARY KEY,
	project    TEXT NOT NULL,
	id         TEXT NOT NULL,
	source_id  TEXT,
	status     TEXT NOT NULL,
	customer   TEXT,
	created_at INTEGER NOT NULL,
	updated_at INTEGER,
	doc        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_id ON orders (project, id);
CREATE UNIQUE INDEX orders_source ON orders (project, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX orders_created ON orders (project, created_at, num);

CREATE TABLE redemptions (
	num          INTEGER PRIMARY KEY,
	project      TEXT NOT NULL,
	id           TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	result       TEXT NOT NULL,
	status       TEXT NOT NULL,
	voucher      TEXT,
	voucher_code TEXT,
	customer     TEXT,
	parent       TEXT,
	related      TEXT,
	tracking_id  TEXT,
	failure_code TEXT,
	doc          TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX redemptions_id ON redemptions (project, id);
CREATE INDEX redemptions_created ON redemptions (project, created_at, num);
CREATE INDEX redemptions_voucher ON redemptions (project, voucher, num) WHERE voucher IS NOT NULL;
CREATE INDEX redemptions_customer ON redemptions (project, customer, num) WHERE customer IS NOT NULL;

CREATE TABLE tokens (
	num     INTEGER PRIMARY KEY,
	project TEXT NOT NULL,
	id      TEXT NOT NULL,
	owner   TEXT NOT NULL,
	"key"   TEXT NOT NULL,
	until   INTEGER NOT NULL,
	doc     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX tokens_id ON tokens (project, id);
CREATE INDEX tokens_until ON tokens (project, owner, until);

CREATE TABLE holds (
	num     INTEGER PRIMARY KEY,
	project TEXT NOT NULL,
	id      TEXT NOT NULL,
	owner   TEXT NOT NULL,
	until   INTEGER NOT NULL,
	amount  INTEGER NOT NULL,
	doc     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX holds_id ON holds (project, id);
CREATE INDEX holds_until ON holds (project, owner, until);

CREATE TABLE onces (
	num     INTEGER PRIMARY KEY,
	project TEXT NOT NULL,
	id      TEXT NOT NULL,
	"key"   TEXT NOT NULL,
	at      INTEGER NOT NULL,
	doc     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX onces_id ON onces (project, id);
CREATE UNIQUE INDEX onces_key ON onces (project, "key");
CREATE INDEX onces_at ON onces (project, at);

CREATE TABLE jobs (
	num       INTEGER PRIMARY KEY,
	project   TEXT NOT NULL,
	id        TEXT NOT NULL,
	kind      TEXT NOT NULL,
	serial    TEXT,
	due       INTEGER NOT NULL,
	state     TEXT NOT NULL,
	lease     INTEGER NOT NULL,
	leased_to INTEGER NOT NULL,
	doc       TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_id ON jobs (project, id);
CREATE INDEX jobs_due ON jobs (due, num) WHERE state = 'WAITING';
CREATE INDEX jobs_serial ON jobs (project, serial, num) WHERE serial IS NOT NULL AND state = 'WAITING';

CREATE TABLE deliveries (
	num       INTEGER PRIMARY KEY,
	project   TEXT NOT NULL,
	id        TEXT NOT NULL,
	kind      TEXT NOT NULL,
	serial    TEXT,
	due       INTEGER NOT NULL,
	state     TEXT NOT NULL,
	lease     INTEGER NOT NULL,
	leased_to INTEGER NOT NULL,
	doc       TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX deliveries_id ON deliveries (project, id);
CREATE INDEX deliveries_due ON deliveries (due, num) WHERE state = 'WAITING';
