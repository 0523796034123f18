# 251  The same return on PostgreSQL: opened, filled, reported, approved, locked, corrected; the same words.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/postgres.sh"
unset PGPASSWORD PGUSER PGHOST PGDATABASE PGPORT PGSERVICE
expect "a cluster was made" postgres_make
expect "it starts" postgres_start
expect "made" postgres_do "CREATE DATABASE jiangsu"
today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB="postgresql://leye:s3cret-word@/jiangsu?host=$pg"
export LEYE_PACKS LEYE_DB
form=乐业市就业月报 city=市统计:填报@329900 office=市审:审核@329900 county=广陵:填报@321002

step "开填、填、报、审、汇总、锁定"
run leye return open $form 2024-05 --as $city
expect_out "开了 7 张表"
id=$(leye return list $form --as $city | sed -n 's/^ *\([0-9]*\) .*广陵区.*/\1/p')
top=$(leye return list $form --as $city | sed -n 's/^ *\([0-9]*\) .* 329900 .*/\1/p')
run leye return fill "$id" 乐业市登记失业人数=400 乐业市就业困难人员数=60 --as $county
expect_exit 0
run leye return report "$id" --as $county
expect_out "已报"
run leye return approve "$id" --as $office
expect_out "已审"
leye return fill "$top" --as $city >/dev/null
run leye return report "$top" --reason 省里今天要 --as $city
expect_out "已报"
leye return approve "$top" --as $office >/dev/null
run leye return lock "$top" --as $office
expect_out "已锁"

step "更正是新的一版；数在库里，各次都查得到"
run leye return correct "$id" --reason 漏了两人 --as $county
expect_exit 0
run leye return list $form --all --as 广陵:填报@321002
expect_out "已填"
expect_out "已锁"
run leye watch show 乐业市登记失业人数
expect_out "终稿"
run leye return late $form
expect_exit 0
