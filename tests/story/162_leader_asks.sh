# 162  A leader asks for one target: how far, where the number comes from, and what is not known.
. "$LEYE_SRC/tests/support/story.sh"

step "扬州三年新增就业15万：到2023年底走到哪里"
run leye plan show "$PACKS/yangzhou" --as-of 2023-12-31
expect_exit 0
expect_out "6万人（2023年）"
expect_out "40%"
expect_out "快于预期"

step "这个数从哪里来"
run leye plan evaluate "$PACKS/yangzhou" --as-of 2023-12-31
expect_out "数据来源和评价方法"
expect_out "jiangsu.sina.com.cn"

step "三十三项任务，每年的数量"
expect_out "扬州农业农村重大项目"
expect_not_out "扬州05"
expect_out "85个／没有数"
expect_out "2—3个／没有数"

step "到2024年底少了一年的数：不能装作知道"
run leye plan show "$PACKS/yangzhou" --as-of 2024-12-31
expect_out "2024年没有数，已知的合计6万人，不能判断快慢"

step "看别的地区：同一个指标，通州区"
run leye plan show "$PACKS/nantong" --plan nantong-135 --area 320612 --as-of 2020-12-31
expect_exit 0
expect_out "规划期末没有公布的数"

step "江西的底线和约束"
run leye plan evaluate "$PACKS/jiangxi" --as-of 2023-12-31
expect_out "约束性指标 1 项"
expect_out "目标21万人以上比基期28万人（2020年）宽松，按底线评价"
expect_out "目标260万人以上比基期303.5万人（2020年）宽松"

step "任务写着在文件的第几项，纸上的表一格不断字；要数据，也要报告，一次都给"
run leye plan evaluate "$PACKS/yangzhou" --as-of 2023-12-31
expect_out "任务5"
expect_out "扬州就业工作督查考核（任务3）"
run leye plan evaluate "$PACKS/yangzhou" --as-of 2023-12-31 --json --html 报告.html --docx 报告.docx
expect_exit 0
expect_out '"plan": "扬州充分就业总体方案"'
expect_not_out "写了"
expect "报告也写了" grep -q "任务5" 报告.html
expect "Word 文件也写了" sh -c 'unzip -p 报告.docx word/document.xml | grep -q 任务5'
run leye plan evaluate "$PACKS/yangzhou" --as-of 2023-12-31 --pdf 报告.pdf
pdftotext -layout 报告.pdf 纸上.txt
expect "纸上的年份、判断、任务号不断开" grep -q "任务 *文件里 *总量 *2023年 *2024年 *2025年 *判断" 纸上.txt
expect "判断是整的" grep -q "任务12 .*没有数据" 纸上.txt
