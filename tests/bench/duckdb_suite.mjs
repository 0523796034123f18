// The twelve-rule suite in DuckDB, written by hand as its users would: a yardstick for the kernel and for the SQL that
// sql.h compiles. Not part of any build or test; DuckDB is not a dependency.
//
//   npm install @duckdb/node-api        in a folder of its own
//   BENCH_CSV=/tmp/pop build/release/bench_sql
//   cp tests/bench/duckdb_suite.mjs FOLDER && node FOLDER/duckdb_suite.mjs /tmp/pop [threads]
import { DuckDBInstance } from '@duckdb/node-api';

const [folder, threads = '2'] = process.argv.slice(2);
const db = await (await DuckDBInstance.create(':memory:', { threads })).connect();
await db.run(`CREATE TABLE p AS SELECT * FROM read_csv('${folder}/persons.csv', header = false, names =
  ['birth', 'reg', 'grad', 'paid', 'subsidised', 'base', 'home', 'sex', 'status', 'cert', 'disabled'])`);
await db.run(`CREATE TABLE h AS SELECT * FROM read_csv('${folder}/homes.csv', header = false, names = ['id', 'low'])`);
// days since 1970 to dates once: a database keeps dates as dates
await db.run(`CREATE TABLE q AS SELECT DATE '1970-01-01' + birth::INTEGER AS birth, DATE '1970-01-01' + reg::INTEGER AS reg,
  DATE '1970-01-01' + grad::INTEGER AS grad, paid, subsidised, base, home, sex, status, cert, disabled FROM p`);
const day = `DATE '2023-11-01'`;
// completed months: a month is complete when the day of month of the start is not later than that of the end
const full = (from) => `((2023 - year(${from})) * 12 + 11 - month(${from}) - (1 < day(${from}))::INTEGER)`;
const sql = `
WITH a AS (SELECT *, CAST(floor(${full('birth')} / 12.0) AS INTEGER) AS age FROM q),
b AS (SELECT *, age >= 16 AND age < CASE WHEN sex = 1 THEN 55 ELSE 60 END AS working FROM a),
c AS (SELECT *, status = 3 AND working AS unemployed FROM b),
z AS (SELECT home, bool_or(working) AND bool_and(unemployed OR NOT working) AS zero FROM c GROUP BY home),
d AS (SELECT c.*, h.low, z.zero, CASE WHEN unemployed THEN ${full('reg')} ELSE 0 END AS spell FROM c
  JOIN h ON h.id = c.home JOIN z ON z.home = c.home),
e AS (SELECT *, CASE WHEN paid < 12 THEN 0 WHEN paid < 60 THEN 12 WHEN paid < 120 THEN 18 ELSE 24 END AS term,
  unemployed AND (age >= CASE WHEN sex = 1 THEN 40 ELSE 50 END OR spell >= 12 OR disabled = 1 OR zero) AS hard FROM d),
f AS (SELECT *, CASE WHEN unemployed AND spell < term THEN greatest(130500, least(207000,
    (base * CASE WHEN paid < 120 THEN 45 WHEN paid < 240 THEN 50 ELSE 55 END) // 100)) ELSE 0 END AS benefit,
  CASE WHEN status = 2 AND working AND (age >= CASE WHEN sex = 1 THEN 45 ELSE 55 END OR subsidised < 36)
    THEN CAST(round(least(425000, greatest(425000, base))::DECIMAL(18, 0) * 28 * 6667 / 1000000) AS BIGINT) ELSE 0 END AS social,
  CASE WHEN paid >= 12 AND working THEN CASE cert WHEN 0 THEN 0 WHEN 1 THEN 100000 WHEN 2 THEN 150000 ELSE 200000 END
    ELSE 0 END AS skill,
  CASE WHEN ${full('grad')} >= -12 AND ${full('grad')} < 24 AND low = 1 THEN 150000 ELSE 0 END AS graduate FROM e)
SELECT sum(age), sum(working::INTEGER), sum(unemployed::INTEGER), sum(spell), sum(hard::INTEGER), sum(term), sum(benefit),
  sum(social), sum(skill), sum(graduate), sum(benefit + social + skill + graduate), (SELECT sum(zero::INTEGER) FROM z),
  count(*) FROM f`;
const times = [];
let sums;
for (let i = 0; i < 7; i++) {
  const start = process.hrtime.bigint();
  sums = (await (await db.runAndReadAll(sql)).getRows())[0];
  times.push(Number(process.hrtime.bigint() - start) / 1e6);
}
times.sort((x, y) => x - y);
const n = Number(sums[12]);
console.log(sums.slice(0, 12).map(String).join(' '));
console.log(`| twelve rules in DuckDB, ${threads} threads, N = ${n} | | ${times[3].toFixed(0)} ms, ${(n / times[3]).toFixed(0)} k persons/s | ${times[0].toFixed(0)}–${times[6].toFixed(0)} ms |`);
