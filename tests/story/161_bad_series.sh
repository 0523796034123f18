# 161  An analyst takes in published series: wrong units, wrong areas, older data, two sources, growth that does not add up.
. "$LEYE_SRC/tests/support/story.sh"

step "先只查：每一行错在哪里、怎么改，一次说全"
cat >月报.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源,说明,增幅
城镇新增就业人数,320600,2023-01~02,1.9,万人,快报,2023-03-10,市统计月报,,
城镇新增就业人数,320600,2023-03,1.2,万人,快报,2023-04-10,市统计月报,,
城镇新增就业人数,320600,2023-04,11000,万人,快报,2023-05-10,市统计月报,,
城镇新增就业人数,320600,2023-07,1.1,万人,快报,2023-08-10,市统计月报,,
城镇新增就业人数,320600,2023-08,-3,万人,快报,2023-09-10,市统计月报,,
城镇新增就亚人数,320600,2023-09,1.0,万人,快报,2023-10-10,市统计月报,,
城镇新增就业人数,南通,2023-10,1.0,万人,快报,2023-11-10,市统计月报,,
城镇新增就业人数,320600,十一月,1.0,万人,快报,2023-12-10,市统计月报,,
补贴性职业技能培训人次,320600,2023,12,万人,快报,2024-01-10,市统计月报,,
城镇登记失业率,320600,2022,2.1,%,修订,2023-06-01,市统计公报,,
城镇登记失业率,320600,2022,2.0,%,初步,2023-02-01,市统计公报,,
城镇登记失业率,320600,2022,2.3,%,终稿,2023-07-01,省就业年报,,
监测企业用工人数,341600,2020,35244,人,终稿,2021-02-01,失业动态监测,,
监测企业用工人数,341600,2021,35694,人,终稿,2022-02-01,失业动态监测,,1.4
END
run leye watch import 月报.csv --check --packs "$PACKS/nantong"
expect_exit 1
expect_out "第 4 行：11000万人，而2023年3月是 1.2万人：像是单位差了一万倍，没有用［不收］"
expect_out "第 5 行：缺 2023年二季度"
expect_out "第 6 行：数量不能是负数：-3［不收］"
expect_out "是不是“城镇新增就业人数”"
expect_out "地区要写六位行政区划代码，不是“南通”"
expect_out "看不懂时期“十一月”"
expect_out "单位“万人”不能换算成“万人次”"
expect_out "已有更新的数（第 11 行，修订），这一行是旧的"
expect_out "有两个来源说法不同"
expect_out "公布增幅 1.4%，按公布的数 35244人→35694人 算是 1.277%，对不上"
expect_out "只查，没有登记"
expect "没有登记" test ! -e leye.db
leye fund line 失业保险基金 市级 失业保险金 2024 --as 王芳:会计 --db 别的.db >/dev/null
sha256sum 别的.db >before
run leye watch import 月报.csv --check --packs "$PACKS/nantong" --db 别的.db
expect_out "只查，没有登记"
expect "为别的事建的库也没有动" sha256sum --quiet -c before

step "登记：好的收下，坏的不收"
run leye watch import 月报.csv --packs "$PACKS/nantong" --db 数.db
expect_exit 1
expect_out "读了 14 行：收 7 行，原来就有 0 行，不收 7 行"

step "再登记一次，什么也不多"
run leye watch import 月报.csv --packs "$PACKS/nantong" --db 数.db
expect_out "收 0 行，原来就有 7 行"

step "后来的修订是新的一行，旧的还能查到"
cat >修订.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,320600,2023-03,1.25,万人,修订,2024-02-01,市统计月报
END
run leye watch import 修订.csv --packs "$PACKS/nantong" --db 数.db
expect_exit 0
run leye watch show 城镇新增就业人数 --packs "$PACKS/nantong" --db 数.db
expect_out "1.25"
run leye watch show 城镇新增就业人数 --packs "$PACKS/nantong" --db 数.db --known 2023-12-31
expect_not_out "1.25"
expect_out "1.2 "

step "下一个月的文件只有一行，库里有前面的：差一万倍、缺月、旧的数、增幅对不上，还是看得出来"
cat >下月.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源,说明,增幅
城镇新增就业人数,320600,2023-03,1.2,万人,快报,2023-04-10,市统计月报,重新送来的,
城镇新增就业人数,320600,2023-08,12000,万人,快报,2023-09-10,市统计月报,,
城镇新增就业人数,320600,2023-10,1.3,万人,快报,2023-11-10,市统计月报,,
城镇新增就业人数,320600,2024-03,1.5,万人,快报,2024-04-10,市统计月报,,10
END
run leye watch import 下月.csv --check --packs "$PACKS/nantong" --db 数.db
expect_exit 1
expect_out "第 2 行：2023年3月 库里已有更新的数：1.25万人（修订，2024-02-01 公布）；这一行 1.2万人 是旧的，只留作历史"
expect_out "第 3 行：12000万人，而库里2023年7月是 1.1万人：像是单位差了一万倍，没有用［不收］"
expect_out "第 4 行：缺 2023年8—9月"
expect_out "第 5 行：公布增幅 10%，按公布的数 1.25万人→1.5万人 算是 20.00%，对不上"

step "加起来对不上的：各市和全省，各期和全年；不知道哪个错，都收下，请人核对"
cat >合计.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,320000,2022,20,万人,终稿,2023-03-01,省公报
城镇新增就业人数,320100,2022,12.1,万人,终稿,2023-03-01,省公报
城镇新增就业人数,320600,2022,10.5,万人,终稿,2023-03-01,省公报
城镇新增就业人数,320600,2021Q1,3,万人,终稿,2022-03-01,市年报
城镇新增就业人数,320600,2021Q2,3,万人,终稿,2022-03-01,市年报
城镇新增就业人数,320600,2021上半年,9,万人,终稿,2022-03-01,市年报
END
run leye watch import 合计.csv --packs "$PACKS/nantong" --db 数.db
expect_exit 0
expect_out "第 2 行：2022年江苏省是 20万人，下面已有数的 2 个地区加起来有 22.6万人（第 3、4 行），对不上；请核对"
expect_out "第 7 行：2021年1—6月是 9万人，里面各期加起来只有 6万人（第 5、6 行），对不上；请核对"
expect_out "收 6 行"

step "没有这个文件、缺一栏"
run leye watch import 没有.csv --packs "$PACKS/nantong" --db 数.db
expect_exit 1
expect_err "没有.csv"
printf '指标,地区,时期,值\n' >缺栏.csv
run leye watch import 缺栏.csv --packs "$PACKS/nantong" --db 数.db
expect_exit 1
expect_err "没有“单位”这一栏"
