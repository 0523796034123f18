# 120  An auditor calls the program the wrong way, and is told how.
. "$LEYE_SRC/tests/support/story.sh"

step "what is missing is said"
run leye audit
expect_exit 0
expect_out "leye audit verify|seal|key"
run leye audit look
expect_exit 2
expect_err "没有“look”这个动作"
run leye audit leads --seed 3 --as 赵审:审计
expect_exit 2
expect_err "“leads”没有选项 --seed"
run leye audit verify
expect_exit 1
expect_err "没有数据库“leye.db”"
run leye audit verify --db none.db
expect_exit 1
expect_err "没有数据库“none.db”"
run leye audit verify --db none.db --key a.pub
expect_exit 2
expect_err "--office"
run leye audit seal --db none.db --through tomorrow
expect_exit 2
expect_err "2026-03-31"

step "a file that is no database is left alone"
echo "no database" >x.db
run leye audit verify --db x.db
expect_exit 1
expect_err "不是数据库"
expect "it is as it was" grep -q "no database" x.db

step "a key is made once, for its owner only"
run leye audit key --key seal.key
expect_exit 0
expect_out "seal.key.pub"
expect "mode 600" test "$(stat -c %a seal.key)" = 600
run leye audit key --key seal.key
expect_exit 1
expect_err "已经存在"
