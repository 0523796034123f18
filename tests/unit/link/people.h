/* people: seeded synthetic records with known truth, for tests and for the benchmark: persons with one to four records
 * each, of which 12 % have a character of the name replaced by one that sounds the same, 25 % lack the number, and 11 %
 * are damaged in one place (a digit, two digits swapped, the old fifteen digits, day for month, a character lost or
 * wrong, a traditional one); phones change and are missing, people move, twins are born. Nobody here exists: regions
 * 3299xx are unassigned. */
#ifndef UNIT_LINK_PEOPLE_H
#define UNIT_LINK_PEOPLE_H
#include "base/hanzi.h"
#include "base/idcard.h"
#include "base/utf8.h"
#include "link/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct people {
    struct link_record *records;
    uint32_t *person; /* who each record is of */
    size_t n, persons;
    uint64_t true_pairs;
    struct arena *arena;
    uint64_t state;
    uint32_t *given, *sound_next; /* characters of given names; the next one that sounds the same */
    size_t given_count;
};

static const char people_surnames[] =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺"
    "顾毛郝龚邵万钱严覃武戴莫孔向汤";
static const char people_given[] =
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲红梅鹏华建国志海波宇浩轩梓涵子怡欣雨佳琪思雅婷雪晨阳博俊"
    "凯飞鑫龙峰斌彬林森木春秋冬夏月星云天山川江河湖永福贵荣昌盛富康健安宁祥瑞庆喜乐笑颜玉珍珠宝金银翠凤莲荷菊竹"
    "松柏柳杨桃李杏花草叶青紫黄白黑蓝绿丹彤炜玮维薇微蔚卫威巍唯惟魏韦维炎焱燕彦妍岩言研延雁艳砚晏嫣琰衍易艺义毅"
    "仪宜怡奕亦逸翼忆意懿谊益熠裔颖莹盈迎影映瑛英婴樱鹰萤营应静晶京菁精景敬境净靖婧竞璟旌俊军君均钧峻骏郡筠竣嘉家"
    "佳加珈驾健建剑见坚简键舰洁杰捷婕节结介界桔锦津进晋瑾谨今近菲飞斐霏妃非丰枫风锋凤峰奉沣芬粉汾奋刚钢岗港纲光广"
    "国果裹贵桂归圭海亥含涵寒韩晗汉翰瀚豪浩昊皓颢灏好和河荷鹤贺赫恒衡横宏红洪鸿虹泓弘虎琥湖蝴华桦骅欢焕环寰辉慧惠"
    "会汇卉蕙晖徽绘霁继纪季吉基绩骥济冀科柯珂可克坤昆琨堃蕾磊雷丽莉力立利理黎礼历励俐沥栗联莲连廉良亮梁林琳霖麟临"
    "凌玲灵铃龄岭龙隆珑露璐鲁路禄陆伦仑轮曼满茂美梅玫媚萌梦孟蒙敏民闽旻明铭鸣茗沐慕牧睦木娜楠南男妮霓宁凝攀盼沛佩"
    "培鹏朋芃平萍苹屏琪奇琦祺启齐淇旗其麒琴勤芹沁钦清青晴卿庆秋求球裘泉全权荃然冉苒仁任荣容蓉融熔如茹儒汝瑞睿锐蕊"
    "珊山善姗尚少邵韶绍申深珅慎升生声胜圣诗时石实世仕士史淑书舒抒树姝爽双顺舜思斯司丝松颂苏素速涛桃陶滔天田甜恬婷"
    "庭廷亭挺彤桐童同通文雯稳闻希西熙溪曦喜席汐晞玺霞夏侠贤娴仙先显现宪香祥翔向湘晓小筱孝笑潇萧霄新欣心鑫馨昕歆星"
    "兴幸行杏雄熊秀修旭栩绪轩宣萱璇玄雪学薛勋寻训亚雅娅彦阳扬洋羊漾瑶耀遥尧业叶晔烨一依伊银音吟印勇永咏泳友有佑又"
    "玉宇雨裕钰昱煜育郁瑜渝元源媛远苑圆月悦跃越岳云运韵芸昀泽则增展詹章彰昭兆照哲喆真珍振贞镇正政铮争志智芝之知致"
    "植中忠仲钟舟洲周朱珠竹卓子梓紫资宗";

static uint64_t people_random(struct people *p)
{
    uint64_t z = (p->state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
static uint32_t people_below(struct people *p, uint32_t n) { return (uint32_t)((people_random(p) >> 32) * n >> 32); }
static bool people_chance(struct people *p, uint32_t percent) { return people_below(p, 100) < percent; }

static size_t people_chars(str s, uint32_t *out)
{
    size_t n = 0, len = 0;
    for (size_t at = 0; at < s.len; at += len) out[n++] = utf8_at(s, at, &len);
    return n;
}

/* Who somebody is, before anything is written down. */
struct somebody {
    uint32_t name[3], surname, given;
    uint32_t birth_ymd, region, street[2][2], house[2];
    uint64_t phone[2];
    uint8_t sex;
    char id[IDCARD_LEN + 1];
};

/* Small numbers come often, as common names do. */
static uint32_t people_skewed(struct people *p, uint32_t n)
{
    uint32_t a = people_below(p, n), b = people_below(p, n), c = people_below(p, n);
    uint32_t least = a < b ? a : b;
    return people_chance(p, 50) ? least : least < c ? least : c;
}

static void people_number(struct people *p, struct somebody *x)
{
    uint32_t sequence = people_below(p, 500) * 2 + (x->sex == 1);
    snprintf(x->id, sizeof x->id, "%06u%08u%03u", x->region % 1000000, x->birth_ymd % 100000000, sequence % 1000);
    x->id[IDCARD_LEN - 1] = idcard_check_char(x->id);
}

static struct somebody people_born(struct people *p, const struct somebody *twin, const uint32_t *surnames,
                                   size_t count)
{
    struct somebody x = { 0 };
    x.surname = surnames[people_skewed(p, (uint32_t)count)];
    x.birth_ymd = (1945 + people_below(p, 60)) * 10000 + (1 + people_below(p, 12)) * 100 + 1 + people_below(p, 28);
    x.region = 329901 + people_below(p, 12);
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2; k++) x.street[i][k] = people_below(p, 40);
        x.house[i] = 1 + people_below(p, 3000);
        x.phone[i] = 13000000000u + (people_random(p) >> 20) % 6999999999u;
    }
    if (twin != NULL) {
        x = *twin;
        if (people_chance(p, 50)) x.phone[0] = 13000000000u + (people_random(p) >> 20) % 6999999999u;
    }
    x.sex = (uint8_t)(1 + people_below(p, 2));
    x.name[0] = p->given[people_skewed(p, (uint32_t)p->given_count)];
    x.given = people_chance(p, 82) ? 2 : 1;
    x.name[1] = p->given[people_skewed(p, (uint32_t)p->given_count)];
    people_number(p, &x);
    return x;
}

static str people_text(struct people *p, const uint32_t *c, size_t n)
{
    char bytes[32];
    size_t len = 0;
    CHECK(n <= 3); /* a surname and one or two more */
    for (size_t i = 0; i < n; i++) len += utf8_put(c[i], bytes + len);
    return str_dup(p->arena, (str){ bytes, len });
}

static uint32_t people_homophone(struct people *p, uint32_t c)
{
    for (size_t i = 0; i < p->given_count; i++)
        if (p->given[i] == c) {
            size_t at = i;
            for (uint32_t steps = 1 + people_below(p, 3); steps > 0; steps--) at = p->sound_next[at];
            return p->given[at] == c ? p->given[p->sound_next[at]] : p->given[at];
        }
    return c;
}

enum people_damage {
    ID_DIGIT,
    ID_SWAP,
    ID_FIFTEEN,
    BIRTH_SWAP,
    BIRTH_DIGIT,
    PHONE_DIGIT,
    NAME_LOST,
    NAME_WRONG,
    DAMAGES
};

static void people_write(struct people *p, const struct somebody *x, struct link_record *r)
{
    uint32_t name[3] = { x->surname, x->name[0], x->name[1] };
    size_t len = 1 + x->given;
    char id[IDCARD_LEN + 1], phone[16];
    int damage = people_chance(p, 11) ? (int)people_below(p, DAMAGES) : DAMAGES;
    memcpy(id, x->id, sizeof id);
    *r = (struct link_record){
        .birth_ymd = x->birth_ymd, .region = x->region, .sex = x->sex, .source = 1 + people_below(p, 4)
    };
    snprintf(phone, sizeof phone, "%llu", (unsigned long long)x->phone[people_chance(p, 15)]);
    if (people_chance(p, 12)) {
        size_t i = 1 + people_below(p, x->given);
        name[i] = people_homophone(p, name[i]);
    }
    uint32_t at = people_below(p, 17);
    switch ((enum people_damage)damage) {
    case ID_DIGIT: id[at] = (char)('0' + (id[at] - '0' + 1 + (int)people_below(p, 9)) % 10); break;
    case ID_SWAP: {
        char swap = id[at];
        id[at] = id[at + 1];
        id[at + 1] = swap;
        break;
    }
    case ID_FIFTEEN:
        if (x->birth_ymd < 20000000) {
            memmove(id + 6, id + 8, 9);
            id[15] = '\0';
        }
        break;
    case BIRTH_SWAP:
        r->birth_ymd = x->birth_ymd / 10000 * 10000 + x->birth_ymd % 100 * 100 + x->birth_ymd / 100 % 100;
        break;
    case BIRTH_DIGIT: r->birth_ymd += people_chance(p, 50) ? 1 : 10000; break;
    case PHONE_DIGIT: phone[3 + at % 8] = (char)('0' + people_below(p, 10)); break;
    case NAME_LOST: len -= len == 3; break;
    case NAME_WRONG: name[len - 1] = p->given[people_below(p, (uint32_t)p->given_count)]; break;
    case DAMAGES: break;
    }
    r->name = people_text(p, name, len);
    if (!people_chance(p, 25)) r->id_number = str_dup(p->arena, str_of(id));
    if (!people_chance(p, 15)) r->phone = str_dup(p->arena, str_of(phone));
    if (people_chance(p, 5)) r->birth_ymd = 0;
    if (people_chance(p, 15)) return;
    int home = people_chance(p, 12);
    uint32_t street[2] = { p->given[x->street[home][0]], p->given[x->street[home][1]] };
    uint32_t district = p->given[x->region % 100];
    str in = people_text(p, &district, 1), road = people_text(p, street, 2);
    static const char *const heads[] = { "", "甲市", "乙省甲市" };
    r->address = str_fmt(p->arena, people_chance(p, 70) ? "%s%.*s区%.*s路%u号" : "%s%.*s区%.*s路%u",
                         heads[people_below(p, 3)], STR_ARG(in), STR_ARG(road), x->house[home]);
}

static void people_sounds(struct people *p)
{
    for (size_t i = 0; i < p->given_count; i++)
        for (size_t k = 1; k <= p->given_count; k++) {
            size_t at = (i + k) % p->given_count;
            if (k < p->given_count &&
                (p->given[at] == p->given[i] || hanzi_reading(p->given[at]) != hanzi_reading(p->given[i])))
                continue;
            p->sound_next[i] = (uint32_t)at;
            break;
        }
}

/* n records; 1 in 100 persons is a twin of the one before. */
static void people_make(struct people *p, size_t n, uint64_t seed, struct arena *a)
{
    uint32_t surnames[200];
    *p = (struct people){ .arena = a, .state = seed, .n = n };
    p->given = ARENA_ARRAY(a, uint32_t, sizeof people_given);
    p->given_count = people_chars(STR(people_given), p->given);
    p->sound_next = ARENA_ARRAY(a, uint32_t, p->given_count);
    p->records = ARENA_ARRAY(a, struct link_record, n);
    p->person = ARENA_ARRAY(a, uint32_t, n);
    size_t surname_count = people_chars(STR(people_surnames), surnames);
    people_sounds(p);
    struct somebody x = { 0 };
    for (size_t i = 0; i < n;) {
        x = people_born(p, people_chance(p, 1) && i > 0 ? &x : NULL, surnames, surname_count);
        uint32_t dice = people_below(p, 100), k = dice < 35 ? 1 : dice < 70 ? 2 : dice < 90 ? 3 : 4, made = 0;
        for (; made < k && i < n; made++, i++) {
            people_write(p, &x, &p->records[i]);
            p->person[i] = (uint32_t)p->persons;
        }
        p->persons++;
        p->true_pairs += (uint64_t)made * (made - (made > 0)) / 2;
    }
    for (size_t i = n - 1; i > 0; i--) { /* shuffled, or neighbours would be found by accident */
        size_t k = people_below(p, (uint32_t)i + 1);
        struct link_record r = p->records[i];
        uint32_t who = p->person[i];
        p->records[i] = p->records[k];
        p->person[i] = p->person[k];
        p->records[k] = r;
        p->person[k] = who;
    }
    for (size_t i = 0; i < n; i++) { /* texts lie in the order of the records, as those of a file do */
        struct link_record *r = &p->records[i];
        r->id_number = str_dup(a, r->id_number);
        r->name = str_dup(a, r->name);
        r->phone = str_dup(a, r->phone);
        r->address = str_dup(a, r->address);
    }
}

struct score {
    uint64_t right, wrong;
    double precision, recall, f1;
};

static struct score people_score(const struct people *p, uint64_t right, uint64_t wrong)
{
    struct score s = { .right = right, .wrong = wrong };
    s.precision = right + wrong == 0 ? 0 : (double)right / (double)(right + wrong);
    s.recall = p->true_pairs == 0 ? 0 : (double)right / (double)p->true_pairs;
    s.f1 = right == 0 ? 0 : 2 * s.precision * s.recall / (s.precision + s.recall);
    return s;
}

static struct score people_score_pairs(const struct people *p, const struct link_pairs *pairs, enum link_band least)
{
    uint64_t right = 0, wrong = 0;
    for (size_t i = 0; i < pairs->len; i++) {
        if (pairs->at[i].band < least) continue;
        bool same = p->person[pairs->at[i].a] == p->person[pairs->at[i].b];
        right += same;
        wrong += !same;
    }
    return people_score(p, right, wrong);
}

static int people_by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The pairs that clusters put together. */
static struct score people_score_clusters(const struct people *p, const uint32_t *cluster)
{
    autoarena *a = arena_new("score", 0);
    uint64_t *both = ARENA_ARRAY(a, uint64_t, p->n), together = 0, right = 0;
    for (int with_person = 0; with_person < 2; with_person++) {
        for (size_t i = 0; i < p->n; i++) both[i] = (uint64_t)cluster[i] << 32 | (with_person ? p->person[i] : 0);
        qsort(both, p->n, sizeof *both, people_by_number);
        for (size_t i = 0, k; i < p->n; i = k) {
            for (k = i; k < p->n && both[k] == both[i];) k++;
            *(with_person ? &right : &together) += (uint64_t)(k - i) * (k - i - 1) / 2;
        }
    }
    return people_score(p, right, together - right);
}

#endif
