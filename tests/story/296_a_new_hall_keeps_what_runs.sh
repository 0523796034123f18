# 296  The hall takes over new data while a program has used up its minute and a backup is being made: the program still has to
#      wait, and the backup is finished and listed.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 2000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have zheng 管理
have wang 窗口 --regions 321000
expect "the hall is open" open_hall --backups 备份
enter zheng
renewals() { grep -c '接过了新的规则和数据' served; }
renew() { # waits until one more was taken over
    wanted=$(($(renewals) + 1))
    kill -HUP "$server"
    for _ in $(seq 600); do [ "$(renewals)" -lt "$wanted" ] || return 0; sleep 0.1; done
    return 1
}

step "令牌这一分钟用完了：换了大厅也还是用完了"
run submit zheng /care/tokens account=wang purpose=大屏 scopes=queue:read days=30 perMinute=2
token=$(sed -n 's/.*<div class="done once"[^>]*>.*<code>\([0-9a-zA-Z]*\)<\/code>.*/\1/p' "$story_folder/out" | head -1)
call() { curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$hall/queue"; }
used_up() { # 429 before and after, within one minute; the minute may end in between, then once more
    for _ in 1 2 3; do
        minute=$(date +%M)
        call >/dev/null && call >/dev/null
        before=$(call)
        renew || return 1
        after=$(call)
        echo "$before $after"
        [ "$minute" != "$(date +%M)" ] || return 0
    done
    return 1
}
run used_up
expect_exit 0
expect "429 before and after" test "$(tail -1 "$story_folder/out")" = "429 429"

step "正在备份，换了大厅：备份做完，记在新的大厅里，是完好的"
run submit zheng /care/backups
expect_out "[303 $hall/care/backups?done=backup-begun]"
run look zheng /care/backups
grep -q 正在 "$story_folder/out" && echo "# it was under way" # on a fast machine it may be over
expect "taken over" renew
settle() { for _ in $(seq 600); do look zheng /care/backups | grep -q '正在' || return 0; sleep 0.1; done; return 1; }
expect "it ends" settle
run look zheng /care/backups
expect_out "完好"
expect "one copy" test "$(find 备份 -name '*.bak' | wc -l)" = 1
run leye restore 备份/*.bak --verify
expect_exit 0
expect "closed" close_hall
