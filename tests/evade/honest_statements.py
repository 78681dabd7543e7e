"""Two hundred statements of honest programs and people about clients, by whose they are.

``{n}`` and ``{m}`` stand for numbers, ``{day}`` for the day before, ``{month}`` for the first of the month.
"""

CRM = """
SELECT * FROM clients WHERE id = {n}
SELECT id, name, phone, email FROM clients WHERE id = {n} LIMIT 1
SELECT * FROM clients WHERE id IN ({n}, {m})
SELECT * FROM clients WHERE id = ANY('{{{n},{m}}}'::int[])
SELECT c.* FROM clients c WHERE c.id = {n} AND c.deleted_at IS NULL
SELECT * FROM clients WHERE email = 'client{n}@example.org'
SELECT * FROM clients WHERE lower(email) = lower('Client{n}@example.org')
SELECT * FROM clients WHERE lower(email) = 'client{n}@example.org' AND deleted = false
SELECT * FROM clients WHERE phone = '7900{n}' LIMIT 1
SELECT 1 AS one FROM clients WHERE phone = '7900{n}' LIMIT 1
SELECT * FROM clients WHERE phone = '7900{n}' OR phone = '8900{n}'
SELECT * FROM clients WHERE manager_id = {n} ORDER BY name LIMIT 50
SELECT * FROM clients WHERE manager_id = {n} ORDER BY name LIMIT 50 OFFSET 50
SELECT * FROM clients WHERE manager_id = {n} AND status = 'active' ORDER BY created DESC
SELECT * FROM clients WHERE manager_id = {n} AND next_call_at <= now() ORDER BY next_call_at
SELECT * FROM clients WHERE manager_id = {n} AND created >= '{day}'
SELECT * FROM clients WHERE name ILIKE 'iva{n}%' ORDER BY name LIMIT 10
SELECT * FROM clients WHERE name ILIKE '%petr%' AND branch_id = {n} LIMIT 20
SELECT id, name FROM clients WHERE name LIKE 'Sid%' LIMIT 20
SELECT * FROM clients ORDER BY created DESC LIMIT 50
SELECT * FROM clients WHERE status = 'new' ORDER BY created DESC LIMIT 50
SELECT * FROM clients WHERE created >= '{day}' ORDER BY created DESC LIMIT 100
SELECT count(*) FROM clients WHERE status = 'new'
SELECT count(*) FROM clients WHERE manager_id = {n}
SELECT COUNT(*) AS total FROM clients WHERE created >= '{day}'
SELECT status, count(*) FROM clients WHERE manager_id = {n} GROUP BY status
SELECT EXISTS (SELECT 1 FROM clients WHERE email = 'client{n}@example.org')
SELECT c.*, m.name AS manager FROM clients c JOIN managers m ON m.id = c.manager_id WHERE c.id = {n}
SELECT c.*, m.name FROM clients c LEFT JOIN managers m ON m.id = c.manager_id WHERE c.manager_id = {n} LIMIT 50
SELECT c.*, o.* FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.id = {n}
SELECT o.*, c.name FROM orders o INNER JOIN clients c ON c.id = o.client_id WHERE o.number = 'A-{n}'
SELECT o.*, c.name, c.phone FROM orders o, clients c WHERE c.id = o.client_id AND o.id = {n}
SELECT o.*, c.name FROM orders o LEFT JOIN clients c ON c.id = o.client_id WHERE o.courier_id = {n} LIMIT 50
SELECT c.* FROM clients c JOIN calls l USING (client_id) WHERE l.call_id = {n}
SELECT c.name FROM clients c JOIN orders o ON o.client_id = c.id JOIN items i ON i.order_id = o.id WHERE i.id = {n}
SELECT c.name FROM orders o JOIN clients c ON c.id = o.client_id AND o.id = {n}
SELECT * FROM clients c WHERE c.id = (SELECT client_id FROM orders WHERE id = {n}) LIMIT 1
SELECT * FROM (SELECT * FROM clients WHERE manager_id = {n}) x ORDER BY x.name LIMIT 50
WITH mine AS (SELECT * FROM clients WHERE manager_id = {n}) SELECT * FROM mine WHERE mine.city = 'Tver' LIMIT 50
SELECT * FROM clients WHERE parent_id = {n}
SELECT * FROM clients WHERE household_id = {n} AND id <> {m}
SELECT * FROM clients WHERE contract_number = 'D-{n}'
SELECT * FROM clients WHERE passport_number = '4510 {n}' AND birth_date = DATE '1980-02-03'
SELECT * FROM clients WHERE (surname, name) = ('Ivanov', 'Ivan') LIMIT 20
SELECT * FROM clients WHERE surname = 'Ivanov' AND name = 'Ivan' AND birth_date = '1980-02-03'
SELECT * FROM clients WHERE id = {n} FOR UPDATE
SELECT * FROM clients WHERE uuid = '5f0c4a3e-6f4b-5d0e-9a52-8d1d2b7c6e94'::uuid
SELECT * FROM clients WHERE id::text = '{n}'
SELECT * FROM clients WHERE id = CAST('{n}' AS bigint)
SELECT name, rank() OVER (ORDER BY balance DESC) FROM clients WHERE manager_id = {n}
SELECT name, row_number() OVER (ORDER BY created) FROM clients WHERE manager_id = {n} LIMIT 20
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.client_id = c.id) FROM clients c WHERE c.manager_id = {n}
SELECT DISTINCT city FROM clients ORDER BY city
SELECT DISTINCT branch FROM clients WHERE deleted = false
UPDATE clients SET last_seen = now() WHERE id = {n}
UPDATE clients SET manager_id = {m} WHERE id IN ({n}, {m})
UPDATE clients SET status = 'called' WHERE id = {n} AND manager_id = {m}
INSERT INTO clients (name, phone) VALUES ('x', 'y') RETURNING id
INSERT INTO calls (client_id, phone) SELECT id, phone FROM clients WHERE id = {n}
DELETE FROM clients WHERE id = {n}
SELECT * FROM clients WHERE 1=0
SELECT * FROM clients WHERE id = {n} UNION ALL SELECT * FROM clients WHERE parent_id = {n}
SELECT * FROM clients WHERE tenant_id = {n} AND email = 'client{n}@example.org'
SELECT * FROM clients WHERE tenant_id = {n} AND id = {m}
SELECT * FROM clients WHERE card_number = '{n}{m}' AND is_active = true
SELECT min(created), max(created) FROM clients WHERE manager_id = {n}
SELECT * FROM clients WHERE created::date = '{day}' AND manager_id = {n}
SELECT * FROM clients WHERE id BETWEEN {n} AND {n} ORDER BY id
""".strip().splitlines()

ETL = """
SELECT * FROM clients WHERE updated_at >= '{day}'
SELECT * FROM clients WHERE updated_at > '{day} 02:00:00' ORDER BY updated_at
SELECT * FROM clients WHERE updated_at > '{day}' AND updated_at <= now()
SELECT * FROM clients WHERE updated_at >= now() - interval '1 day'
SELECT * FROM clients WHERE updated_at >= current_date - 1
SELECT * FROM clients WHERE updated_at >= current_date - interval '1 day' AND updated_at < current_date
SELECT * FROM clients WHERE updated_at BETWEEN '{day}' AND '{day} 23:59:59'
SELECT * FROM clients WHERE created >= '{day}' OR updated_at >= '{day}'
SELECT id, name, updated_at FROM clients WHERE updated_at > '{day}' ORDER BY updated_at, id LIMIT 1000
SELECT id, phone FROM clients WHERE created >= '{day}' AND created < '{day}'::date + 1
SELECT id, phone FROM clients WHERE created::date = '{day}'
SELECT id, phone FROM clients WHERE date(created) = '{day}'
SELECT id, phone FROM clients WHERE date_trunc('day', created) = '{day}'
SELECT id, status FROM clients WHERE status = 'new'
SELECT id, status FROM clients WHERE status IN ('new', 'changed') AND updated_at >= '{day}'
SELECT id, email FROM clients WHERE sync_state = 'pending'
SELECT id, email FROM clients WHERE exported = false AND created >= '{day}'
SELECT id, email FROM clients WHERE batch_id = {n}
SELECT id, email FROM clients WHERE load_id = {n} ORDER BY id
SELECT * FROM clients WHERE changed_on = '{day}'
SELECT * FROM clients WHERE partition_date = DATE '{day}'
SELECT max(updated_at) FROM clients
SELECT min(id), max(id) FROM clients
SELECT count(*) FROM clients WHERE updated_at >= '{day}'
SELECT count(*), max(updated_at) FROM clients
SELECT count(*), sum(balance) FROM clients WHERE created < '{day}'
SELECT id % 10, count(*) FROM clients GROUP BY 1
SELECT mod(id, 10), count(*) FROM clients GROUP BY mod(id, 10)
SELECT branch, count(*) FROM clients GROUP BY branch
SELECT date_trunc('day', created), count(*) FROM clients WHERE created >= '{month}' GROUP BY 1
SELECT * FROM clients WHERE id = {n}
SELECT * FROM clients WHERE id IN ({n}, {m})
SELECT * FROM clients WHERE 1 = 0
SELECT * FROM clients LIMIT 0
SELECT * FROM clients LIMIT 1
SELECT c.id, o.id FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.created >= '{day}'
SELECT c.id, o.id FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.updated_at >= '{day}' AND c.deleted = false
SELECT c.id FROM clients c JOIN changes h ON h.client_id = c.id WHERE h.batch_id = {n}
SELECT c.id FROM clients c INNER JOIN queue q ON q.client_id = c.id WHERE q.state = 'waiting' LIMIT 100
SELECT c.id FROM clients c LEFT JOIN archive a ON a.client_id = c.id WHERE a.client_id IS NULL AND c.created >= '{day}'
SELECT id FROM clients WHERE id > 200{n} AND id <= 200{n}
SELECT id FROM clients WHERE id BETWEEN 200100 AND 200120 LIMIT 500
SELECT id FROM clients WHERE id IN (SELECT client_id FROM orders WHERE batch_id = {n})
SELECT id FROM clients WHERE EXISTS (SELECT 1 FROM queue q WHERE q.client_id = clients.id)
INSERT INTO staging SELECT * FROM clients WHERE updated_at >= '{day}'
INSERT INTO staging (id, name) SELECT id, name FROM clients WHERE batch_id = {n}
CREATE TEMP TABLE changed AS SELECT id FROM clients WHERE updated_at >= '{day}'
INSERT INTO stats SELECT current_date, branch, count(*) FROM clients GROUP BY branch
UPDATE clients SET exported = true WHERE batch_id = {n}
UPDATE clients SET sync_state = 'done' WHERE id IN ({n}, {m})
UPDATE clients SET segment = 'old' WHERE created < '{month}'
DELETE FROM clients WHERE deleted_at < '{month}'
MERGE INTO clients c USING staging s ON c.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name
UPDATE clients c SET name = s.name FROM staging s WHERE s.id = c.id
ANALYZE clients
VACUUM ANALYZE clients
EXPLAIN SELECT * FROM clients WHERE updated_at >= '{day}'
SELECT md5(string_agg(DISTINCT branch, ',')) FROM clients
SELECT string_agg(DISTINCT branch, ',') FROM clients
SELECT pg_total_relation_size('clients')
SELECT * FROM clients WHERE external_id = 'x{n}'
SELECT id FROM clients WHERE hash = 'a{n}' AND source_id = {m}
SELECT id FROM clients WHERE updated_at > '{day}' AND region = 'north'
SELECT id FROM clients WHERE updated_at > '{day}' AND length(phone) < 11
SELECT id FROM clients WHERE email NOT LIKE '%@%' AND created >= '{day}'
SELECT id FROM clients WHERE email IS NULL AND created >= '{day}'
""".strip().splitlines()

BI = """
SELECT branch, count(*) FROM clients GROUP BY branch ORDER BY 2 DESC
SELECT branch, count(*), rank() OVER (ORDER BY count(*) DESC) FROM clients GROUP BY branch
SELECT city, avg(balance), max(balance) FROM clients GROUP BY city HAVING count(*) > 10
SELECT status, count(*) FROM clients WHERE created >= '{month}' GROUP BY status
SELECT status, count(DISTINCT manager_id) FROM clients GROUP BY status
SELECT date_trunc('month', created) AS month, count(*) FROM clients GROUP BY 1 ORDER BY 1
SELECT extract(year FROM created), count(*) FROM clients GROUP BY 1
SELECT to_char(created, 'YYYY-MM'), count(*) FROM clients GROUP BY to_char(created, 'YYYY-MM')
SELECT width_bucket(balance, 0, 100000, 10), count(*) FROM clients GROUP BY 1
SELECT CASE WHEN balance > 1000 THEN 'rich' ELSE 'other' END, count(*) FROM clients GROUP BY 1
SELECT age / 10 * 10, count(*) FROM clients GROUP BY 1
SELECT id % 10, count(*) FROM clients GROUP BY 1
SELECT id % 100 AS bucket, count(*) FROM clients GROUP BY bucket
SELECT gender, percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) FROM clients GROUP BY gender
SELECT count(*) FROM clients
SELECT count(*) FILTER (WHERE active) FROM clients
SELECT count(DISTINCT city) FROM clients
SELECT sum(balance) FROM clients WHERE country = 'RU'
SELECT avg(balance), stddev(balance) FROM clients WHERE created >= '{month}'
SELECT DISTINCT status FROM clients
SELECT DISTINCT city, branch FROM clients
SELECT string_agg(DISTINCT branch, ',') FROM clients
SELECT string_agg(DISTINCT city, ', ' ORDER BY city) FROM clients
SELECT array_agg(DISTINCT status) FROM clients
SELECT branch, string_agg(DISTINCT status, ',') FROM clients GROUP BY branch
SELECT group_concat(DISTINCT branch) FROM clients
SELECT min(created), max(created) FROM clients
SELECT m.team, count(*) FROM clients c JOIN managers m ON m.id = c.manager_id GROUP BY m.team
SELECT c.branch, sum(o.total) FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.created >= '{month}' GROUP BY 1
SELECT c.city, count(o.id) FROM clients c LEFT JOIN orders o ON o.client_id = c.id GROUP BY c.city
SELECT branch, count(*) OVER (PARTITION BY branch) FROM clients WHERE manager_id = {n}
SELECT name, balance, rank() OVER (ORDER BY balance DESC) FROM clients LIMIT 10
SELECT name, dense_rank() OVER (PARTITION BY branch ORDER BY balance) FROM clients WHERE manager_id = {n}
SELECT name, balance, rank() OVER w FROM clients WHERE manager_id = {n} WINDOW w AS (ORDER BY balance DESC)
SELECT name, lag(balance) OVER (ORDER BY created) FROM clients WHERE manager_id = {n}
SELECT * FROM (SELECT name, rank() OVER (ORDER BY balance DESC) AS r FROM clients) x WHERE r <= 10
SELECT name, balance FROM clients ORDER BY balance DESC LIMIT 10
SELECT name, balance FROM clients WHERE branch = 'north' ORDER BY balance DESC LIMIT 20
SELECT * FROM clients WHERE 1 = 0
SELECT * FROM clients WHERE 0 = 1
SELECT * FROM clients LIMIT 100
SELECT * FROM clients LIMIT 200
SELECT * FROM clients WHERE id = {n}
SELECT * FROM clients WHERE manager_id = {n}
SELECT * FROM clients WHERE manager_id = {n} AND balance > 1000
SELECT name, phone FROM clients WHERE status = 'overdue'
SELECT name, phone FROM clients WHERE debt > {n}
SELECT name, phone FROM clients WHERE created >= '{day}'
SELECT name, phone FROM clients WHERE created >= current_date - interval '7 days'
SELECT name, phone FROM clients WHERE created BETWEEN '{month}' AND '{day}'
SELECT name FROM clients WHERE city = 'Tver' AND branch = 'north'
SELECT name FROM clients WHERE birth_date = '1980-02-03'
SELECT name FROM clients WHERE extract(month FROM birth_date) = 2 AND manager_id = {n}
SELECT name FROM clients WHERE name LIKE 'Ivano%'
SELECT name FROM clients WHERE name ILIKE '%ivanov%'
SELECT name FROM clients WHERE email LIKE '%@example.org' AND branch_id = {n}
SELECT c.name, o.total FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.created >= '{day}'
SELECT c.name, o.total FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.total > 100000
SELECT c.name, sum(o.total) FROM clients c JOIN orders o ON o.client_id = c.id WHERE c.manager_id = {n} GROUP BY c.name
SELECT c.name FROM clients c WHERE c.id IN (SELECT client_id FROM complaints WHERE created >= '{day}')
SELECT c.name FROM clients c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.client_id = c.id) AND c.manager_id = {n}
WITH t AS (SELECT branch, count(*) n FROM clients GROUP BY branch) SELECT * FROM t ORDER BY n DESC
WITH m AS (SELECT * FROM clients WHERE manager_id = {n}) SELECT m.name FROM m JOIN orders o ON o.client_id = m.id
SELECT cohort, count(*) FROM (SELECT date_trunc('month', created) AS cohort FROM clients) x GROUP BY cohort
SELECT count(*) FROM (SELECT client_id FROM orders GROUP BY client_id HAVING count(*) > 3) x
SELECT round(avg(balance), 2) FROM clients WHERE city = 'Tver'
""".strip().splitlines()

ALL = {"crm": CRM, "etl": ETL, "bi": BI}
