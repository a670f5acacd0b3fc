-- A tracking id names one customer, whether or not the source id is known yet.
DROP INDEX customers_tracking;
CREATE UNIQUE INDEX customers_tracking ON customers (project, tracking) WHERE tracking IS NOT NULL;
