# 213  A school files a class, people sign in, one of them gets the certificate and the training subsidy; a firm in
#      Yangzhou gets its share of the insurance of a mother. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
SCHOOL=$(sed -n 's/^\([^,]*\),.*,职业培训机构,.*/\1/p' city/day1/人社_机构.csv | head -1)
OTHER=$(sed -n '/职业培训机构/!s/^\([^,]*\),.*/\1/p' city/day1/人社_机构.csv | sed -n 2p)
PUPIL=$(first 失业登记)
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
CLASS='培训班.班号=2024-007 培训班.班级职业=电工 培训班.班级等级=中级工 培训班.计划人数=30 培训班.计划课时=120 培训班.开始=2024-06-03 培训班.结束=2024-06-28'

step "开班备案：不是培训机构的不行；少填的、填错的当时就说"
# shellcheck disable=SC2086
run leye case apply 补贴性培训开班备案 "$OTHER" $CLASS
expect_exit 1
expect_err "有职业培训资质的机构"
run leye case apply 补贴性培训开班备案 "$SCHOOL" 培训班.班号=2024-007
expect_exit 1
expect_err "哪一天开班"
# shellcheck disable=SC2086
run leye case apply 补贴性培训开班备案 "$SCHOOL" 培训班.班号=1 培训班.班级职业=电工 培训班.班级等级=很高级 培训班.计划人数=30 培训班.计划课时=120 培训班.开始=2024-06-03 培训班.结束=2024-06-28
expect_exit 1
expect_err "班级等级"
# shellcheck disable=SC2086
ends 准予 补贴性培训开班备案 "$SCHOOL" $CLASS

step "签到：上一次课签一次，不用人批"
for day in 2024-06-03 2024-06-04 2024-06-05; do
    today $day
    run leye case apply 培训签到 "$PUPIL" 培训签到.签到班号=2024-007 培训签到.签到课时=8 --as "$SCHOOL:本人"
    expect_exit 0
done
run leye case apply 培训签到 "$PUPIL" 培训签到.签到班号=2024-999 培训签到.签到课时=8 --as "$SCHOOL:本人"
expect_exit 1
expect_err "“签到班号”写的“2024-999”不是本机构的培训班"
run leye case apply 培训签到 "$PUPIL" 培训签到.签到班号=2024-007 培训签到.签到课时=8 --as "$OTHER:本人"
expect_exit 1
expect_err "“签到班号”写的“2024-007”不是本机构的培训班"
run leye case apply 培训签到 "$PUPIL" 培训签到.签到班号=2024-007 --as "$SCHOOL:本人"
expect_exit 1
expect_err "还没有填完"

step "没有拿到证书：补贴办不成"
today 2024-07-05
run leye case apply 职业培训补贴申领 "$PUPIL"
expect_exit 1
expect_err "取得职业资格"

step "证书来了：受理、复核核对备案和签到、公示、发到账"
head -1 city/day1/人社_培训.csv >人社_培训.csv
echo "$(number_of "$PUPIL"),,$SCHOOL,,20240603,20240628,2,6,电工,0,120,120,1,20240531,4,20240701,1200.00" >>人社_培训.csv
run leye import 人社_培训.csv --changes
expect_exit 0
money 就业补助资金 市级 职业培训补贴 100000
ends 公示中 职业培训补贴申领 "$PUPIL"
today 2024-07-19
pay_out
run leye case show "$number"
expect_out "职业培训补贴 人次$number"
expect_out "已发"
run leye case apply 职业培训补贴申领 "$PUPIL"
expect_exit 1
expect_err "同一职业同一等级没有领过"
run leye case inbox "$PUPIL"
expect_out "职业培训补贴"

step "扬州女职工产假补贴：一次算清，付给单位；再申请说已经补过"
copy_packs
mkdir -p packs/demo-yangzhou/imports
cp packs/demo/imports/* packs/demo-yangzhou/imports/ # what its departments send is that of the made-up city
LEYE_PACKS=packs/demo-yangzhou LEYE_DB=yangzhou.db
today 2024-05-31
sed -i '/产假/d' city/day1/就业_按月补贴.csv # nobody has had it yet
leye import --all city/day1 >/dev/null || true
leye find 扬州女职工产假社会保险补贴 --out lists >/dev/null
MOTHER=$(first 扬州女职工产假社会保险补贴)
money 地方财政资金 县级 扬州女职工产假社会保险补贴 100000
ends 准予 女职工产假社会保险补贴申领 "$MOTHER"
today 2024-06-03
pay_out
run leye case show "$number"
expect_out "已发"
run leye case apply 女职工产假社会保险补贴申领 "$MOTHER" --as 申请台:经办 --reason 受单位委托
expect_exit 1
expect_err "这一次生育还没有补过"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db yangzhou.db
expect_exit 0
