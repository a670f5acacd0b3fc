-- Every table: num is the order of creation, project and id name the row, doc is the fact as JSON. Instants are
-- milliseconds since 1970, booleans 0 and 1.

CREATE TABLE epochs (
	project TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	epoch   BIGINT NOT NULL
);

-- value is null while a counter was made but never written.
CREATE TABLE counters (
	project TEXT COLLATE "C" NOT NULL,
	name    TEXT COLLATE "C" NOT NULL,
	value   BIGINT,
	PRIMARY KEY (project, name)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02); -- hot rows: leave room to update them in place

CREATE TABLE records (
	num        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project    TEXT COLLATE "C" NOT NULL,
	id         TEXT COLLATE "C" NOT NULL,
	kind       TEXT COLLATE "C" NOT NULL,
	name       TEXT COLLATE "C",
	alias      TEXT COLLATE "C",
	owner      TEXT COLLATE "C",
	created_at BIGINT NOT NULL,
	updated_at BIGINT,
	doc        TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX records_id ON records (project, id);
CREATE UNIQUE INDEX records_name ON records (project, name) WHERE name IS NOT NULL;
CREATE UNIQUE INDEX records_alias ON records (project, alias) WHERE alias IS NOT NULL;
CREATE INDEX records_owner ON records (project, kind, owner);

CREATE TABLE vouchers (
	num             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project         TEXT COLLATE "C" NOT NULL,
	id              TEXT COLLATE "C" NOT NULL,
	code            TEXT COLLATE "C" NOT NULL, -- as codes compare in the project
	shown           TEXT COLLATE "C" NOT NULL, -- as it was written
	campaign        TEXT COLLATE "C",
	type            TEXT COLLATE "C" NOT NULL,
	active          BIGINT NOT NULL,
	start_date      BIGINT,
	expiration_date BIGINT,
	holder          TEXT COLLATE "C",
	quantity        BIGINT,
	free            BIGINT NOT NULL,
	created_at      BIGINT NOT NULL,
	updated_at      BIGINT,
	doc             TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX vouchers_id ON vouchers (project, id);
CREATE UNIQUE INDEX vouchers_code ON vouchers (project, code);
CREATE INDEX vouchers_created ON vouchers (project, created_at, num);
CREATE INDEX vouchers_free ON vouchers (project, campaign, num) WHERE free = 1;

CREATE TABLE customers (
	num        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project    TEXT COLLATE "C" NOT NULL,
	id         TEXT COLLATE "C" NOT NULL,
	source_id  TEXT COLLATE "C",
	tracking   TEXT COLLATE "C",
	created_at BIGINT NOT NULL,
	updated_at BIGINT,
	doc        TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX customers_id ON customers (project, id);
CREATE UNIQUE INDEX customers_source ON customers (project, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX customers_tracking ON customers (project, tracking) WHERE tracking IS NOT NULL;
CREATE INDEX customers_created ON customers (project, created_at, num);

CREATE TABLE orders (
	num        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project    TEXT COLLATE "C" NOT NULL,
	id         TEXT COLLATE "C" NOT NULL,
	source_id  TEXT COLLATE "C",
	status     TEXT COLLATE "C" NOT NULL,
	customer   TEXT COLLATE "C",
	created_at BIGINT NOT NULL,
	updated_at BIGINT,
	doc        TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX orders_id ON orders (project, id);
CREATE UNIQUE INDEX orders_source ON orders (project, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX orders_created ON orders (project, created_at, num);

CREATE TABLE redemptions (
	num          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project      TEXT COLLATE "C" NOT NULL,
	id           TEXT COLLATE "C" NOT NULL,
	created_at   BIGINT NOT NULL,
	result       TEXT COLLATE "C" NOT NULL,
	status       TEXT COLLATE "C" NOT NULL,
	voucher      TEXT COLLATE "C",
	voucher_code TEXT COLLATE "C",
	customer     TEXT COLLATE "C",
	parent       TEXT COLLATE "C",
	related      TEXT COLLATE "C",
	tracking_id  TEXT COLLATE "C",
	failure_code TEXT COLLATE "C",
	doc          TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX redemptions_id ON redemptions (project, id);
CREATE INDEX redemptions_created ON redemptions (project, created_at, num);
CREATE INDEX redemptions_voucher ON redemptions (project, voucher, num) WHERE voucher IS NOT NULL;
CREATE INDEX redemptions_customer ON redemptions (project, customer, num) WHERE customer IS NOT NULL;

CREATE TABLE tokens (
	num     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	owner   TEXT COLLATE "C" NOT NULL,
	"key"   TEXT COLLATE "C" NOT NULL,
	until   BIGINT NOT NULL,
	doc     TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX tokens_id ON tokens (project, id);
CREATE INDEX tokens_until ON tokens (project, owner, until);

CREATE TABLE holds (
	num     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	owner   TEXT COLLATE "C" NOT NULL,
	until   BIGINT NOT NULL,
	amount  BIGINT NOT NULL,
	doc     TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX holds_id ON holds (project, id);
CREATE INDEX holds_until ON holds (project, owner, until);

CREATE TABLE onces (
	num     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	"key"   TEXT COLLATE "C" NOT NULL,
	at      BIGINT NOT NULL,
	doc     TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX onces_id ON onces (project, id);
CREATE UNIQUE INDEX onces_key ON onces (project, "key");
CREATE INDEX onces_at ON onces (project, at);

CREATE TABLE jobs (
	num       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project   TEXT COLLATE "C" NOT NULL,
	id        TEXT COLLATE "C" NOT NULL,
	kind      TEXT COLLATE "C" NOT NULL,
	serial    TEXT COLLATE "C",
	due       BIGINT NOT NULL,
	state     TEXT COLLATE "C" NOT NULL,
	lease     BIGINT NOT NULL,
	leased_to BIGINT NOT NULL,
	doc       TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX jobs_id ON jobs (project, id);
CREATE INDEX jobs_due ON jobs (due, num) WHERE state = 'WAITING';
CREATE INDEX jobs_serial ON jobs (project, serial, num) WHERE serial IS NOT NULL AND state = 'WAITING';

CREATE TABLE deliveries (
	num       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project   TEXT COLLATE "C" NOT NULL,
	id        TEXT COLLATE "C" NOT NULL,
	kind      TEXT COLLATE "C" NOT NULL,
	serial    TEXT COLLATE "C",
	due       BIGINT NOT NULL,
	state     TEXT COLLATE "C" NOT NULL,
	lease     BIGINT NOT NULL,
	leased_to BIGINT NOT NULL,
	doc       TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX deliveries_id ON deliveries (project, id);
CREATE INDEX deliveries_due ON deliveries (due, num) WHERE state = 'WAITING';
