# 015  An author writes with the English keywords. Both spellings come from one table, so both must do the same.
. "$LEYE_SRC/tests/support/story.sh"

mkdir en zh
cat >en/pack.leye <<'END'
pack en
  level 国家
  version 1

source L1
  title law

codes sex
  item male 1
  item female 2

entity person
  field born : date
  field sex : sex
  field income : yuan/months

spell jobless : person

definition years : years_old
  on person
  basis L1 1
  base age(born, today)

policy aid
  basis L1 2
  on person
  in_force 2020-01-01 onwards
  criterion old: years >= 50years_old and sex = female
  criterion out: active(jobless)
  amount
    half = income * 50% round_to 分 half_up
    aid = at_most(half, 1000yuan/months)

example policy aid
  today 2023-11-01
  given born = 1970-01-01, sex = female, jobless = 2023-01-01.., income = 1801yuan/months
  “yes”
    expect qualified amount 900.50yuan/months
  “young”
    given born = 2000-01-01
    expect refused old
  “who knows”
    given jobless = unknown
    expect pending jobless
END
cat >zh/pack.leye <<'END'
包 zh
  级别 国家
  版本 1

来源 L1
  名称 law

代码 sex
  项 male 1
  项 female 2

实体 person
  字段 born : 日期
  字段 sex : sex
  字段 income : 元/月

经历 jobless : person

定义 years : 岁
  对象 person
  依据 L1 1
  基本 周岁(born, 今日)

政策 aid
  依据 L1 2
  对象 person
  施行 2020-01-01 起
  条件 old：years >= 50岁 且 sex = female
  条件 out：有效(jobless)
  金额
    half = income * 50% 舍入到分 四舍五入
    aid = 不超过(half, 1000元/月)
END

step "英文写法查不出错误，例都通过"
run leye check --strict en
expect_exit 0
run leye test en
expect_exit 0
expect_out "例 3 个通过"

printf '{"born": "1970-01-01", "sex": "female", "jobless": ["2023-01-01.."], "income": "1801元/月"}' >facts.json
step "同一个人，两种写法的结论和金额相同"
run leye explain aid --packs en --facts facts.json --date 2023-11-01
expect_out "符合，900.50元/月"
run leye explain aid --packs zh --facts facts.json --date 2023-11-01
expect_out "符合，900.50元/月"

step "一种写法写错，和另一种一样指出来"
sed -i 's/ and sex/ and sexx/' en/pack.leye
run leye check en
expect_exit 1
expect_out "没有“sexx”"
expect_out "是不是“sex”"
