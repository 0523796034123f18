# 042  A county's office writes down how something is handled, gets it wrong several times, and is told where and what to do.
. "$LEYE_SRC/tests/support/story.sh"

mkdir pack
cat >pack/pack.leye <<'X'
包 示范县
  上级 demo
  级别 县
  版本 1

来源 县办法
  名称 示范县办事办法（虚构）
  可信 虚构
X
copy_packs
mv pack packs/pack && cd packs || exit 1

step "a form that asks for what nobody has, an effect on somebody else's spell, no limit: each with its place and remedy"
cat >pack/service.leye <<'X'
事项 上门服务
  依据 县办法 一
  对象 人员
  条件 行动不便：残 疾
  填报 联系电活
  填报 就业登记
  变更 登记 裁员
X
run leye check pack
expect_exit 1
expect_out "service.leye:4"
sed -i 's/残 疾/残疾/' pack/service.leye
run leye check pack
expect_exit 1
expect_out "是不是“联系电话”？"
expect_out "“就业登记”是经历，要写它的哪一个字段"
expect_out "“裁员”是“单位”的经历，“人员”没有"
expect_out "没有时限，谁也不知道多久该办完"

step "put right, it is accepted, and its examples say who is asked for what"
cat >pack/service.leye <<'X'
事项 上门服务
  依据 县办法 一
  对象 人员
  条件 行动不便：残疾
    说明 持证残疾人
  决定 秒批
  填报 联系电话
    问 打哪个电话找您
  材料 委托书：代办的才要
    免交 年龄 >= 16岁
  环节 上门
    角色 经办
    时限 3工作日
  时限 5工作日
  变更 更新

例 事项 上门服务
  今日 2025-03-01
  “残疾人，电话不知道”
    已知 残疾 = 真，出生日期 = 1990-01-01
    应得 秒批
    填报 联系电话
    材料 无
  “不是残疾人”
    已知 残疾 = 假
    应得 不予受理 行动不便
X
run leye test pack
expect_exit 0
expect_out "例 2 个通过，0 个不对"

step "an example that expects too much fails, and says what is really asked for"
sed -i 's/    材料 无/    材料 身份证/' pack/service.leye
run leye test pack
expect_exit 1
expect_out "没有要材料“身份证”"

step "the page of a service of the State is a guide for those who have it done"
run leye doc national --out site
expect_exit 0
run cat site/service/apply-unemployment-benefit.html
expect_out "要带什么"
expect_out "什么时候停发"
expect_out "失业保险金发到哪个银行账号"
expect_out "10 个工作日"

step "what changed in a service is told in words"
cp -r pack older
sed -i 's/  时限 5工作日/  时限 4工作日/' pack/service.leye
run leye diff older pack
expect_out "时限"
expect_out "4工作日"
