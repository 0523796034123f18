# 255  Somebody was handed a case file, or a certificate with a code, and wants to know whether it is real.
. "$LEYE_SRC/tests/support/story.sh"

step "what is missing is said"
run leye archive verify
expect_exit 2
run leye archive open a.zip
expect_exit 2
expect_err "只有 verify、check"
run leye archive verify a.zip
expect_exit 2
expect_err "--key 和 --office"

step "what is no case file is said to be none"
leye audit key --key office.pem >/dev/null
echo "no zip" >a.zip
run leye archive verify a.zip --key office.pem.pub --office 示范市
expect_exit 1
expect_err "a.zip"
run leye archive verify none.zip --key office.pem.pub --office 示范市
expect_exit 1
expect_err "none.zip"

step "a code nobody was given is not a certificate"
printf '姓名,证件号码\n李卫国,329901199003070012\n' >people.csv
leye import people.csv --as 人员 --db a.db --packs "$PACKS/national" >/dev/null
run leye archive check ABCD-EFGH-JKLM-NPQR --db a.db --key office.pem.pub --office 示范市
expect_exit 1
expect_err "没有这个验证码的证照"
