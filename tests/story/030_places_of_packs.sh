. "$LEYE_SRC/tests/support/story.sh"

copy_packs

step "站在包的文件夹里检查，写一个点"
cd packs/jiangsu || exit 1
run leye check --quiet .
expect_exit 0
expect_out "错误 0"
run leye check --quiet ../jiangsu/.
expect_exit 0
run leye test .
expect_exit 0
expect_out "0 个不对"

step "从子文件夹里检查上面的包"
cd policies || exit 1
run leye check --quiet ..
expect_exit 0
expect_out "错误 0"

step "回执里的包名是文件夹的名字，不是一个点"
cd "$story_folder/here/packs/demo" || exit 1
run leye explain 失业保险金 --packs . --facts people/李建国.json --date 2025-03-15 --receipt ../here.json
cd ../.. || exit 1
run leye explain 失业保险金 --packs packs/demo --facts packs/demo/people/李建国.json --date 2025-03-15 --receipt there.json
expect "两张回执一样" cmp packs/here.json there.json
expect "回执可以重算" leye replay packs/here.json --packs packs/demo

step "旁边没有上级，就用和程序一起装好的包"
mkdir -p usr/bin usr/share/leye alone/lexian
cp "$LEYE" usr/bin/leye
cp -R packs usr/share/leye/packs
printf '包 乐县\n  上级 jiangsu\n  级别 县\n  版本 1\n' >alone/lexian/pack.leye
run usr/bin/leye check --quiet alone/lexian
expect_exit 0
expect_out "错误 0"

step "旁边有的先用旁边的"
cp -R packs/national alone/national
mkdir alone/jiangsu
printf '包 江苏\n  上级 national\n  级别 省\n  版本 1\n' >alone/jiangsu/pack.leye
run usr/bin/leye check --quiet alone/lexian
expect_exit 0
expect_out "$(usr/bin/leye check --quiet alone/jiangsu | sed -n 's/.*：\(政策 [0-9]*\).*/\1/p')"

step "哪里都没有的上级，说出找过的两处"
printf '包 乐县\n  上级 没有这个\n  级别 县\n  版本 1\n' >alone/lexian/pack.leye
run usr/bin/leye check alone/lexian
expect_exit 1
expect_err "alone/没有这个"
expect_err "usr/share/leye/packs"

step "哪里都不是包的文件夹"
mkdir nothing
run leye check nothing
expect_exit 1
expect_err "pack.leye"
